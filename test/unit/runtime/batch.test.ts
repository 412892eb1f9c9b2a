import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deadlineMarginMs, processBatch } from '../../../functions/runtime/batch.ts';

const rules = {
  idOf: (entry: string) => entry,
  groupOf: (entry: string) => entry,
  work: async (_entry: string) => {},
  concurrency: 10,
  remainingMs: () => 60_000,
};

test('returns an empty set when every record succeeds', async () => {
  expect(await processBatch(['a', 'b'], rules)).toEqual(new Set());
  expect(await processBatch([], rules)).toEqual(new Set());
});

test('returns exactly the failed records', async () => {
  const ids = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(
      ids.chain((all) => fc.tuple(fc.constant(all), fc.subarray(all))),
      async ([all, bad]) => {
        const work = async (entry: string) => {
          if (bad.includes(entry)) throw new Error('bad');
        };
        const answer = await processBatch(all, { ...rules, work });
        expect([...answer].sort()).toEqual(bad.toSorted());
      },
    ),
  );
});

test('keeps the sequence within a group: no record overtakes a failed one', async () => {
  const done: string[] = [];
  const work = async (entry: string) => {
    if (entry === 'x2') throw new Error('bad');
    done.push(entry);
  };
  const groupOf = (entry: string) => entry.charAt(0);
  const answer = await processBatch(['x1', 'x2', 'x3', 'y1'], { ...rules, work, groupOf });
  expect(answer).toEqual(new Set(['x2', 'x3']));
  expect(done.toSorted()).toEqual(['x1', 'y1']);
});

test('starts no record when too little time is left, and returns those as failed', async () => {
  const begun: string[] = [];
  let remaining = deadlineMarginMs + 1;
  const work = async (entry: string) => {
    begun.push(entry);
    remaining = deadlineMarginMs - 1;
  };
  const answer = await processBatch(['a', 'b'], { ...rules, work, concurrency: 1, remainingMs: () => remaining });
  expect(begun).toEqual(['a']);
  expect(answer).toEqual(new Set(['b']));
});
