import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toText } from '../../../../functions/lib/bytes.ts';
import { Journal } from '../../../../scripts/operations/redrive/journal.ts';
import type { Diagnose, Diagnosis } from '../../../../scripts/operations/redrive/ports.ts';
import { type Outcome, type RedriveOptions, redrive } from '../../../../scripts/operations/redrive/run.ts';
import { FakeQueues, Killed } from './fake-queues.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'redrive-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = () => join(folder, 'audit.jsonl');
const everything: RedriveOptions = {
  apply: true,
  rate: 1_000_000,
  batch: 3,
  limit: 1_000,
  visibilityTimeoutSeconds: 60,
};
const outlooks: Record<string, Diagnosis> = {
  poison: { cause: 'MALFORMED_MESSAGE', outlook: 'would fail' },
  settled: { cause: 'FAILED_REPEATEDLY', outlook: 'nothing to do' },
  position: { cause: 'STREAM_POSITION', outlook: 'cannot be sent' },
};
const pending: Diagnosis = { cause: 'FAILED_REPEATEDLY', outlook: 'may succeed' };

/** Runs as a new process would: only the audit file remains from earlier runs. */
async function run(
  queues: Pick<FakeQueues, 'queue' | 'destination'>,
  options: Partial<RedriveOptions> = {},
  path = file(),
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const journal = new Journal(path);
  const { queue, destination } = queues;
  const diagnose: Diagnose = async ({ body }) => outlooks[toText(body)] ?? pending;
  const parts = { queue, destination, diagnose, journal, onOutcome: (one: Outcome) => void outcomes.push(one) };
  try {
    await redrive({ ...parts, stopped: () => false }, { ...everything, ...options });
  } finally {
    journal.close();
  }
  return outcomes;
}

function queuesWith(...bodies: string[]): FakeQueues {
  const queues = new FakeQueues();
  for (const body of bodies) queues.put(body);
  return queues;
}

const actions = (outcomes: readonly Outcome[]) => outcomes.map(({ action }) => action);

describe('one pass', () => {
  test('only lists without --apply, and leaves everything visible', async () => {
    const queues = queuesWith('a', 'poison', 'b');
    expect(actions(await run(queues, { apply: false })).sort()).toEqual(['left', 'would be sent', 'would be sent']);
    expect(queues.source).toEqual([]);
    expect([...queues.dead.values()].every(({ hidden }) => !hidden)).toBe(true);
    expect(readFileSync(file(), 'utf8')).toBe('');
  });

  test('redrives what a retry may help, and leaves the rest', async () => {
    const queues = queuesWith('a', 'poison', 'settled', 'position');
    await run(queues);
    expect(queues.source.map(({ body }) => body)).toEqual(['a', 'settled']);
    expect([...queues.dead.values()].map(({ body, hidden }) => [body, hidden])).toEqual([
      ['poison', false],
      ['position', false],
    ]);
  });

  test('redrives by cause what would fail again, but never what lacks data', async () => {
    const queues = queuesWith('a', 'poison', 'position');
    await run(queues, { cause: 'MALFORMED_MESSAGE' });
    expect(queues.source.map(({ body }) => body)).toEqual(['poison']);
    await run(queues, { cause: 'STREAM_POSITION' });
    expect(queues.source).toHaveLength(1);
  });

  test.each([
    [{ olderThanMs: Date.now() + 60_000 }, 0],
    [{ olderThanMs: 60_000 }, 2],
    [{ newerThanMs: 60_000 }, 0],
    [{ limit: 1 }, 1],
  ])('applies the filter %j', async (options, count) => {
    const queues = queuesWith('a', 'b');
    await run(queues, options);
    expect(queues.source).toHaveLength(count);
    expect(queues.bodies()).toEqual(['a', 'b']);
  });

  test('redrives a letter of the last minutes when the clock of the operator is behind', async () => {
    const queues = queuesWith();
    queues.put('a', Date.now() + 3_600_000);
    await run(queues);
    expect(queues.source).toHaveLength(1);
  });

  test('leaves messages that fail again and return during the run', async () => {
    const queues = queuesWith('poison', 'poison');
    queues.sending = () => {
      queues.put('poison', Date.now());
      return { effect: false, answer: 'sent' };
    };
    const outcomes = await run(queues, { cause: 'MALFORMED_MESSAGE', limit: 50, batch: 1 });
    expect(actions(outcomes)).toEqual(['sent', 'sent', 'left', 'left']);
    expect(queues.bodies()).toEqual(['poison', 'poison']);
  });

  test('does not exceed its rate', async () => {
    const begun = Date.now();
    await run(queuesWith(...Array.from({ length: 9 }, String)), { rate: 50 });
    expect(Date.now() - begun).toBeGreaterThanOrEqual(9 * 20 - 20);
  });

  test('logs each step of each message, with its cause', async () => {
    await run(queuesWith('a'));
    const lines = readFileSync(file(), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ phase }) => phase)).toEqual(['sending', 'sent', 'deleted']);
    expect(lines[0]).toMatchObject({ queue: 'dead', id: 'dead-0', cause: 'FAILED_REPEATEDLY', at: expect.any(String) });
  });

  test('does not send messages that may be visible to others by now', async () => {
    const queues = queuesWith('a');
    expect(actions(await run(queues, { visibilityTimeoutSeconds: 0 }))).toEqual(['left']);
    expect(queues.source).toEqual([]);
  });
});

test('sends no second copy after a lost response, because the next run searches for the first', async () => {
  const queues = queuesWith('arrived', 'lost', 'refused');
  const answers = {
    arrived: { effect: true, answer: 'in doubt' },
    lost: { effect: false, answer: 'in doubt' },
  } as const;
  queues.sending = (id) => {
    const body = queues.dead.get(id)?.body as keyof typeof answers;
    return answers[body] ?? { effect: false, answer: 'refused' };
  };
  expect(actions(await run(queues)).sort()).toEqual(['in doubt', 'in doubt', 'refused']);
  queues.sending = () => ({ effect: true, answer: 'sent' });
  expect(actions(await run(queues)).sort()).toEqual(['removed', 'sent', 'sent']);
  expect(queues.bodies()).toEqual(['arrived', 'lost', 'refused']);
  expect(queues.dead.size).toBe(0);
});

test('keeps a dead letter that the answer of the destination does not name', async () => {
  const queues = queuesWith('a');
  const silent = { queue: queues.queue, destination: { ...queues.destination, send: async () => new Map() } };
  expect(actions(await run(silent))).toEqual(['in doubt']);
  expect(queues.bodies()).toEqual(['a']);
});

test('loses and duplicates nothing when killed at any point, any number of times', async () => {
  const crash = fc.record({ call: fc.nat({ max: 14 }), torn: fc.nat({ max: 40 }), later: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(crash, { maxLength: 6 }), fc.integer({ min: 1, max: 9 }), async (crashes, count) => {
      rmSync(file(), { force: true });
      const bodies = Array.from({ length: count }, (_, i) => `message-${i}`);
      const queues = queuesWith(...bodies);
      for (const { call, torn, later } of crashes) {
        await runUntilKilled(queues, call, torn);
        expect(new Set(queues.bodies())).toEqual(new Set(bodies));
        if (later) queues.expireVisibility();
      }
      queues.expireVisibility();
      await run(queues);
      expect(queues.bodies()).toEqual(bodies);
      expect(queues.dead.size).toBe(0);
    }),
    { numRuns: 150 },
  );
}, 60_000);

async function runUntilKilled(queues: FakeQueues, call: number, torn: number): Promise<void> {
  let calls = 0;
  const size = () => (existsSync(file()) ? readFileSync(file(), 'utf8').length : 0);
  const sizes = [size()];
  queues.hook = () => {
    sizes.push(size());
    if (calls++ === call) throw new Killed();
  };
  await run(queues).catch((error) => {
    if (!(error instanceof Killed)) throw error;
    // Truncates only the last write before the kill; earlier writes were already on disk.
    truncateSync(file(), Math.max(sizes.at(-2) ?? 0, size() - torn));
  });
  queues.hook = () => {};
}

test('continues with a file whose last line is torn', async () => {
  const queues = queuesWith('a', 'b');
  appendFileSync(file(), '{"at":"2026-11-27T09:00:00.000Z","queue":"dead","id":"dead-0","pha');
  await run(queues);
  expect(queues.bodies()).toEqual(['a', 'b']);
  for (const line of readFileSync(file(), 'utf8').split('\n').slice(1)) if (line) JSON.parse(line);
});
