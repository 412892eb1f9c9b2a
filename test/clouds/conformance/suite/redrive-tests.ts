import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { toText } from '../../../../functions/lib/bytes.ts';
import { Journal } from '../../../../scripts/operations/redrive/journal.ts';
import type { Diagnose } from '../../../../scripts/operations/redrive/ports.ts';
import { type RedriveOptions, redrive } from '../../../../scripts/operations/redrive/run.ts';
import type { RedrivableQueue } from '../backend.ts';
import { emptyQueue, found, type System } from './system.ts';

const visibilityTimeoutSeconds = 2;
const options: RedriveOptions = { apply: true, rate: 1_000, batch: 4, limit: 1_000, visibilityTimeoutSeconds };
/** Leaves the dead letters of other tests alone. */
const diagnose: Diagnose = async ({ body }) => ({
  cause: 'FAILED_REPEATEDLY',
  outlook: toText(body).includes('letter') ? 'may succeed' : 'would fail',
});

class Killed extends Error {}

/** Methods that only inspect a letter, without a call to the queue. */
const withoutCall = new Set<string | symbol>(['findObstacle', 'markOf']);

/** Calls `at` before and after each call of the object. */
function intercept<Calls extends object>(calls: Calls, at: () => void): Calls {
  return new Proxy(calls, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function' || withoutCall.has(name)) return value;
      return async (...given: unknown[]) => {
        at();
        const result: unknown = await value.apply(target, given);
        at();
        return result;
      };
    },
  });
}

const bodyOf = (name: string) => JSON.stringify({ name });
const nameOf = (body: string) => (JSON.parse(body) as { name: string }).name;

export function redriveTests(system: () => System): void {
  test('a redrive that is killed anywhere neither loses nor duplicates a dead letter', async () => {
    const it = system();
    const redrivable = found(it.backend.redrivable);
    const folder = mkdtempSync(join(tmpdir(), 'redrive-'));
    // The calls in order: receive, send, remove; then the search for copies in doubt.
    for (const [round, kill] of [3, 4, 5, 7].entries()) {
      await emptyQueue(it);
      const names = Array.from({ length: 6 }, (_, index) => `round ${round} letter ${index}`);
      for (const name of names) await it.ports.deadLetters.put(bodyOf(name), 'MALFORMED_MESSAGE');
      const journalFile = join(folder, `${round}.jsonl`);
      let calls = 0;
      await expect(run(redrivable, journalFile, () => ++calls === kill)).rejects.toThrow(Killed);
      // Until the messages that the killed run held are visible again.
      await sleep(visibilityTimeoutSeconds * 1_000 + 500);
      await run(redrivable, journalFile, () => false);
      const seen: string[] = [];
      await it.backend.deliver(async (body) => void seen.push(nameOf(body)));
      expect(seen.toSorted(), `killed at call ${kill}`).toEqual(names);
      expect((await it.backend.deadLetterBodies()).filter((body) => body.includes(`round ${round} `))).toEqual([]);
    }
    rmSync(folder, { recursive: true });
  }, 180_000);

  test('a redrive leaves dead letters that would fail again, with their reasons', async () => {
    const it = system();
    const redrivable = found(it.backend.redrivable);
    await emptyQueue(it);
    const folder = mkdtempSync(join(tmpdir(), 'redrive-'));
    await it.ports.deadLetters.put(bodyOf('poison'), 'UNKNOWN_ORDER');
    await it.ports.deadLetters.put('not JSON', 'MALFORMED_MESSAGE');
    const before = await it.backend.deadLetterBodies();
    const reasons: unknown[] = [];
    const recording: Diagnose = async (letter) => {
      reasons.push(letter.envelope.attributes?.reason?.value);
      return { cause: 'UNKNOWN_ORDER', outlook: 'would fail' };
    };
    await run({ ...redrivable, diagnose: recording }, join(folder, 'journal.jsonl'), () => false);
    expect(reasons).toEqual(expect.arrayContaining(['UNKNOWN_ORDER', 'MALFORMED_MESSAGE']));
    expect((await it.backend.deadLetterBodies()).toSorted()).toEqual(before.toSorted());
    rmSync(folder, { recursive: true });
  }, 60_000);
}

/** @param dies called before and after each call; true kills the run */
async function run(
  of: RedrivableQueue & { diagnose?: Diagnose },
  journalFile: string,
  dies: () => boolean,
): Promise<void> {
  const at = () => {
    if (dies()) throw new Killed();
  };
  const journal = new Journal(journalFile);
  try {
    await redrive(
      {
        queue: intercept(of.queue, at),
        destination: intercept(of.destination, at),
        diagnose: of.diagnose ?? diagnose,
        journal,
        onOutcome: () => {},
        stopped: () => false,
      },
      options,
    );
  } finally {
    journal.close();
  }
}
