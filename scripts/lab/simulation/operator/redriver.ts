import { isDeepStrictEqual } from 'node:util';
import type { Envelope } from '../../../../functions/ports/messaging.ts';
import { diagnoseFulfilmentRequest, diagnoseOrderRequest, stateBy } from '../../../operations/redrive/diagnose.ts';
import { copyMark } from '../../../operations/redrive/find-copies.ts';
import { Journal } from '../../../operations/redrive/journal.ts';
import { type RedriveOptions, redrive } from '../../../operations/redrive/run.ts';
import { sqsDeadLetters, sqsQueue } from '../../../operations/redrive/sqs.ts';
import type { Clients } from '../clients/clients.ts';
import type { Platform } from '../platform.ts';
import type { Calls } from '../world/calls.ts';
import type { Report } from '../world/outcome.ts';
import type { Message, Queue } from '../world/queue.ts';
import { AuditFile } from './journal-files.ts';
import { CopyBox, LetterBox } from './letter-box.ts';
import { type Copy, type Endpoint, simulateSqs } from './sqs.ts';

/** The parts of the sale that the operator needs. */
export interface OperatorParts {
  readonly calls: Calls;
  readonly platform: () => Platform;
  readonly queues: () => { readonly settlement: Queue; readonly fulfilment: Queue };
  readonly clients: () => Clients;
  readonly report: Report;
  /** Called for each copy sent, which restarts the order's deadline. */
  readonly onSent: (body: string) => void;
}

/** The command's defaults. */
const options: RedriveOptions = { apply: true, rate: 50, batch: 10, limit: 1_000_000, visibilityTimeoutSeconds: 60 };
/** Maximum time that a letter stays hidden after its run died. */
export const hiddenMs = options.visibilityTimeoutSeconds * 1_000;
const retryMs = 15_000;
const workers = ['settlement', 'fulfilment'] as const;

interface Desk {
  readonly file: AuditFile;
  busy: boolean;
}

/** Operators that redrive dead letters, each with an audit file. A run that dies is restarted. */
export class Redriver {
  /** Copies sent so far. */
  sent = 0;
  readonly #parts: OperatorParts;
  readonly #desks = new Map<string, Desk>();
  readonly #boxes = new Map<Queue, { readonly letters: LetterBox; readonly copies: CopyBox }>();
  /** Ids of the dead letters that have a copy. */
  readonly #copied = new Set<string>();
  #runs = 0;

  constructor(parts: OperatorParts) {
    this.#parts = parts;
  }

  start(by: string, atMs: number): void {
    const { scheduler } = this.#parts.calls;
    const desk = this.#desks.get(by) ?? { file: new AuditFile(scheduler, by), busy: false };
    this.#desks.set(by, desk);
    const name = `redrive-${by}-${this.#runs++}`;
    const process = scheduler.process(name, scheduler.skew(scheduler.draw(name)()));
    const end = (again: boolean) => {
      desk.busy = false;
      if (again) this.start(by, retryMs);
    };
    scheduler.after(atMs, process, () => {
      // The lock file allows only one run at a time.
      if (desk.busy) return;
      desk.busy = true;
      process.onDeath = () => end(true);
      this.#run(desk.file).then(
        () => end(false),
        (error: Error) => {
          scheduler.trace(name, error.name);
          end(true);
        },
      );
    });
  }

  async #run(file: AuditFile): Promise<void> {
    const { calls, platform, queues } = this.#parts;
    const journal = new Journal(file.open(() => !calls.isCalm));
    const { orders } = platform().ports;
    const diagnoses = { settlement: diagnoseOrderRequest, fulfilment: diagnoseFulfilmentRequest };
    for (const worker of workers) {
      const sqs = simulateSqs(calls, this.#endpointsOf(queues()[worker], file));
      await redrive(
        {
          queue: sqsDeadLetters(`${worker}-letters`, 'letters', { sqs }),
          destination: sqsQueue(`${worker}-requests`, 'requests', { sqs, sender: sqs }),
          diagnose: diagnoses[worker](stateBy(orders)),
          ...{ journal, onOutcome: () => {}, stopped: () => false },
        },
        options,
      );
    }
  }

  #endpointsOf(queue: Queue, file: AuditFile): Record<'letters' | 'requests', Endpoint> {
    const { calls, report, onSent } = this.#parts;
    const { letters, copies } = this.#boxes.get(queue) ?? {
      letters: new LetterBox(queue, calls.scheduler),
      copies: new CopyBox(queue),
    };
    this.#boxes.set(queue, { letters, copies });
    const send = ({ id, body, envelope }: Copy) => {
      this.sent++;
      this.#copied.add(id);
      if (envelope.attributes?.[copyMark]?.value !== id) report('redrive', `the copy of ${id} does not carry its id`);
      // Another operator may already have deleted the letter.
      const letter = queue.dead.find((one) => one.id === id);
      const isLike = (one: Message) => one.body === body && isDeepStrictEqual(keptOf(one.envelope), keptOf(envelope));
      if (letter && !isLike(letter)) report('redrive', `the copy of ${id} differs from it`);
      // The next run knows only what was on disk before the call.
      const phases = file.phasesOf(id);
      if (phases.at(-1) !== 'sending' || phases.includes('sent'))
        report('redrive', `letter ${id} was sent after the steps ${phases.join(', ')}`);
      onSent(body);
      queue.send(body, 0, envelope);
    };
    const removing = (receipt: string) => {
      const id = receipt.slice(0, receipt.lastIndexOf(' '));
      if (!this.#copied.has(id)) report('redrive', `letter ${id} was deleted, but no copy of it was sent`);
    };
    const refuse = () => {
      throw new Error('a redrive never sends to the dead letters');
    };
    return {
      letters: { box: letters, send: refuse, removing },
      requests: { box: copies, send, removing: () => {} },
    };
  }
}

/** The parts that a letter and its copy share: all but the reason of a failed attempt and the copy mark. */
export function keptOf({ attributes = {}, ...own }: Envelope): Envelope {
  const { reason: _, [copyMark]: __, ...kept } = attributes;
  return { ...own, attributes: kept };
}
