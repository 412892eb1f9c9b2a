import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Journal, Line, Phase } from './journal.ts';
import type { Cause, DeadLetter, DeadLetterQueue, Destination, Diagnose, Diagnosis, Sending } from './ports.ts';

export interface RedriveOptions {
  /** False: only list. */
  readonly apply: boolean;
  /** Only this cause, whatever its outlook. Default: every message that would not fail again. */
  readonly cause?: Cause | undefined;
  readonly olderThanMs?: number | undefined;
  readonly newerThanMs?: number | undefined;
  /** Messages per second. */
  readonly rate: number;
  /** Messages per call, 1 to 10. */
  readonly batch: number;
  /** Messages in total. */
  readonly limit: number;
  /** How long a message is hidden from others while it is redriven. */
  readonly visibilityTimeoutSeconds: number;
}

export type Action =
  | 'would be sent'
  | 'would be removed'
  | 'sent'
  /** An earlier run had sent the copy but ended before removing the original. */
  | 'removed'
  | 'left'
  | 'refused'
  | 'in doubt';

/** The result for one message. */
export interface Outcome extends Diagnosis {
  readonly queue: string;
  readonly id: string;
  readonly ageSeconds: number;
  readonly action: Action;
  /** Why a message that matched the options was left. */
  readonly detail?: string;
}

export interface RedriveParts {
  readonly queue: DeadLetterQueue;
  readonly destination: Destination;
  readonly diagnose: Diagnose;
  readonly journal: Journal;
  readonly onOutcome: (outcome: Outcome) => void;
  /** Called before each batch. */
  readonly stopped: () => boolean;
}

interface Found {
  readonly letter: DeadLetter;
  readonly diagnosis: Diagnosis;
  /** Why it cannot be copied. */
  readonly obstacle: string | undefined;
}

/**
 * Makes one pass through a dead-letter queue, and redrives the messages that match the options. A message is removed only
 * when its copy is safe. The journal records each step before it is taken, so the next run completes a killed one:
 * docs/decisions/009-redrive.md.
 */
export async function redrive(parts: RedriveParts, options: RedriveOptions): Promise<void> {
  const { queue, journal, stopped } = parts;
  if (options.apply) await resolveDoubts(parts);
  const sentHere = new SentHere();
  const left = new Map<string, DeadLetter>();
  let sent = 0;
  let repeats = 0;
  while (sent < options.limit && !stopped()) {
    const begun = Date.now();
    const received = await queue.receive(
      Math.min(options.batch, options.limit - sent),
      options.visibilityTimeoutSeconds,
    );
    const fresh = received.filter(({ id }) => !left.has(id));
    repeats += received.length - fresh.length;
    // A long run receives again the messages that it left. One pass is enough.
    if (received.length === 0 || repeats > left.size) break;

    const moved = await processBatch(parts, fresh, options, sentHere, begun + options.visibilityTimeoutSeconds * 500);
    sentHere.add(fresh.filter(({ id }) => moved.has(id)));
    for (const letter of received) if (!moved.has(letter.id)) left.set(letter.id, letter);
    sent += moved.size;
    await sleep(Math.max(0, begun + (moved.size * 1_000) / options.rate - Date.now()));
  }
  await queue.release([...left.values()].filter(({ id }) => journal.phaseOf(id) !== 'sending'));
}

/** More than any clock skew. */
const clockSlackMs = 60_000;

/** The messages that this run sent. Some fail again at once, and would otherwise loop forever. */
class SentHere {
  readonly #bodies = new Set<string>();
  readonly #begun = Date.now();

  add(letters: readonly DeadLetter[]): void {
    for (const { body } of letters) this.#bodies.add(hash('sha256', body));
  }

  cameBack({ body, sentAt }: DeadLetter): boolean {
    return sentAt > this.#begun - clockSlackMs && this.#bodies.has(hash('sha256', body));
  }
}

/** Returns the ids of the messages that were sent. */
async function processBatch(
  parts: RedriveParts,
  letters: readonly DeadLetter[],
  options: RedriveOptions,
  sentHere: SentHere,
  noLaterThan: number,
): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    letters.map(async (letter) => ({
      letter,
      diagnosis: await parts.diagnose(letter),
      obstacle: parts.destination.findObstacle?.(letter),
    })),
  );
  const finished = found.filter(({ letter }) => ['sent', 'deleted'].includes(parts.journal.phaseOf(letter.id) ?? ''));
  const wanted = found.filter(
    (one) => !finished.includes(one) && !sentHere.cameBack(one.letter) && isWanted(one, options),
  );
  const others = found.filter((one) => !finished.includes(one) && !wanted.includes(one));
  report(parts, others, 'left');
  const blocked = wanted.filter((one) => one.obstacle !== undefined);
  report(parts, blocked, 'left');
  const sendable = wanted.filter((one) => !blocked.includes(one));
  if (options.apply) {
    await remove(parts, finished);
    report(parts, finished, 'removed');
    // After a slow diagnosis the visibility timeout may expire before the send.
    if (Date.now() < noLaterThan) return send(parts, sendable);
    report(parts, sendable, 'left');
    return new Set();
  }
  report(parts, finished, 'would be removed');
  report(parts, sendable, 'would be sent');
  return new Set();
}

/** For messages that a killed run may have sent, searches the destination for the copy. */
async function resolveDoubts({ queue, destination, journal }: RedriveParts): Promise<void> {
  const doubtful = journal.at(queue.name, 'sending');
  if (doubtful.length === 0) return;
  const markOf = ({ id, mark = id }: Line) => String(mark);
  const copies = await destination.copiesOf(new Set(doubtful.map(markOf)));
  journal.write(
    doubtful.map((line) => ({
      queue: queue.name,
      id: line.id,
      phase: copies.has(markOf(line)) ? ('sent' as const) : 'not sent',
    })),
  );
  // The killed run may have left them hidden.
  await queue.release(doubtful.map(({ id, receipt }) => ({ id, receipt: String(receipt) })));
}

async function send(parts: RedriveParts, wanted: readonly Found[]): Promise<ReadonlySet<string>> {
  if (wanted.length === 0) return new Set();
  note(parts, wanted, 'sending');
  const sendings = await parts.destination.send(wanted.map(({ letter }) => letter));
  const withResult = (result: Sending) =>
    wanted.filter(({ letter }) => (sendings.get(letter.id) ?? 'in doubt') === result);
  note(parts, withResult('sent'), 'sent');
  note(parts, withResult('refused'), 'not sent');
  await remove(parts, withResult('sent'));
  for (const result of ['sent', 'refused', 'in doubt'] as const) report(parts, withResult(result), result);
  return new Set(withResult('sent').map(({ letter }) => letter.id));
}

/** If a removal fails, the message is redelivered, and the journal then shows that it was sent. */
async function remove(parts: RedriveParts, found: readonly Found[]): Promise<void> {
  if (found.length === 0) return;
  const gone = await parts.queue.remove(found.map(({ letter }) => letter));
  note(
    parts,
    found.filter(({ letter }) => gone.has(letter.id)),
    'deleted',
  );
}

function isWanted(
  { letter, diagnosis }: Found,
  // No lower bound, rather than 0: if the operator's clock is behind, a recent letter has a negative age.
  { cause, olderThanMs = -Infinity, newerThanMs = Infinity }: RedriveOptions,
) {
  const age = Date.now() - letter.sentAt;
  if (age < olderThanMs || age > newerThanMs || diagnosis.outlook === 'cannot be sent') return false;
  return cause ? diagnosis.cause === cause : diagnosis.outlook !== 'would fail';
}

function note({ journal, queue, destination }: RedriveParts, found: readonly Found[], phase: Phase): void {
  journal.write(
    found.map(({ letter, diagnosis }) => {
      const { id, receipt } = letter;
      const line = { queue: queue.name, id, phase };
      const mark = destination.markOf?.(letter);
      return phase === 'sending' ? { ...line, ...diagnosis, receipt, ...(mark !== undefined && { mark }) } : line;
    }),
  );
}

function report({ queue, onOutcome }: RedriveParts, found: readonly Found[], action: Action): void {
  for (const { letter, diagnosis, obstacle } of found) {
    const ageSeconds = Math.max(0, Math.round((Date.now() - letter.sentAt) / 1_000));
    const detail = obstacle !== undefined && { detail: obstacle };
    onOutcome({ queue: queue.name, id: letter.id, ageSeconds, ...diagnosis, action, ...detail });
  }
}
