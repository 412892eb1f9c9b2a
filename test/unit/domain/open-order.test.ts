import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findTurn, isSweepDue, openBuckets, skipToTurn, toOpenBucket } from '../../../functions/domain/open-order.ts';

const minute = 60_000;
const stuckMs = 10 * minute;
/** The longest time between two turns. */
const longestGapMs = 4 * stuckMs;

/** Sweeps one after another: short ones, and long ones after missed runs. */
const sweeps = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 10 * minute }), fc.integer({ min: 1, max: 600 * minute })), {
    minLength: 1,
    maxLength: 40,
  })
  .map((lengths) => {
    let fromMs = 0;
    return lengths.map((length) => {
      const sweep = { fromMs, toMs: fromMs + length };
      fromMs = sweep.toMs;
      return sweep;
    });
  });
const acceptedTimes = fc.integer({ min: 0, max: 1_000 * minute });

test('makes an order due after its time, then after two, four and eight times that', () => {
  const due: number[] = [];
  for (let now = 1; now <= 100; now++) {
    if (isSweepDue(0, 10 * minute, { fromMs: (now - 1) * minute, toMs: now * minute })) due.push(now);
  }
  expect(due).toEqual([10, 20, 40, 80]);
});

test('makes an order due once in the first sweep, or in one after a long pause', () => {
  expect(isSweepDue(5 * minute, 10 * minute, { fromMs: 0, toMs: 90 * minute })).toBe(true);
  expect(isSweepDue(5 * minute, 10 * minute, { fromMs: 0, toMs: 14 * minute })).toBe(false);
});

test('spreads ids over all buckets', () => {
  const found = new Set(Array.from({ length: 1_000 }, (_, index) => toOpenBucket(`order-${index}`)));
  expect([...found].toSorted((a, b) => a - b)).toEqual(Array.from({ length: openBuckets }, (_, bucket) => bucket));
});

test('gives an order turns at 1, 1.5, 2, 3 and 4 times the stuck time, and then at each multiple of 4', () => {
  const turns: number[] = [];
  for (let now = 1; now <= 170; now++) {
    if (findTurn(0, stuckMs, { fromMs: (now - 1) * minute, toMs: now * minute })) turns.push(now);
  }
  expect(turns).toEqual([10, 15, 20, 30, 40, 80, 120, 160]);
});

test('a turn covers the time since the turn before it', () => {
  const acceptedMs = 7 * minute;
  const at = (age: number) => acceptedMs + age * minute;
  expect(findTurn(acceptedMs, stuckMs, { fromMs: at(9), toMs: at(10) })).toEqual({ fromMs: 0, toMs: at(10) });
  expect(findTurn(acceptedMs, stuckMs, { fromMs: at(17), toMs: at(22) })).toEqual({ fromMs: at(15), toMs: at(20) });
  expect(findTurn(acceptedMs, stuckMs, { fromMs: at(70), toMs: at(130) })).toEqual({ fromMs: at(40), toMs: at(120) });
  expect(findTurn(acceptedMs, stuckMs, { fromMs: at(10), toMs: at(14) })).toBeUndefined();
});

test('turns of consecutive sweeps neither overlap nor leave a gap, and none is later than its gap', () => {
  fc.assert(
    fc.property(acceptedTimes, sweeps, (acceptedMs, all) => {
      let coveredMs = 0;
      for (const sweep of all) {
        const turn = findTurn(acceptedMs, stuckMs, sweep);
        if (turn) {
          expect(turn.fromMs).toBe(coveredMs);
          expect(turn.toMs).toBeGreaterThan(Math.max(coveredMs, sweep.fromMs));
          expect(turn.toMs).toBeLessThanOrEqual(sweep.toMs);
          coveredMs = turn.toMs;
        }
        if (sweep.toMs - acceptedMs >= stuckMs) expect(sweep.toMs - coveredMs).toBeLessThan(longestGapMs);
      }
    }),
  );
});

test('an order stuck since any time is sent once for its due times, at the next turn', () => {
  fc.assert(
    fc.property(acceptedTimes, fc.integer({ min: 0, max: 300 * minute }), sweeps, (acceptedMs, laterMs, all) => {
      const sinceMs = acceptedMs + laterMs;
      let waiting: number[] = [];
      let dueMs = stuckMs;
      for (const sweep of all) {
        for (; sinceMs + dueMs <= sweep.toMs; dueMs *= 2) waiting.push(sinceMs + dueMs);
        const turn = findTurn(acceptedMs, stuckMs, sweep);
        const isTaken = (time: number) => turn !== undefined && time <= turn.toMs;
        expect(turn !== undefined && isSweepDue(sinceMs, stuckMs, turn)).toBe(waiting.some(isTaken));
        waiting = waiting.filter((time) => !isTaken(time));
        for (const time of waiting) expect(sweep.toMs - time).toBeLessThan(longestGapMs);
      }
    }),
  );
});

test('skips exactly the orders that have no turn in a sweep', () => {
  const anyStuckMs = fc.oneof(fc.constantFrom(1, 3, 1_001), fc.integer({ min: 1, max: stuckMs }));
  const anySweep = fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 1, max: 20_000 }));
  fc.assert(
    fc.property(anyStuckMs, anySweep, fc.integer({ min: 0, max: 120_000 }), (anyMs, [fromMs, length], afterMs) => {
      const sweep = { fromMs, toMs: fromMs + length };
      fc.pre(afterMs <= sweep.toMs - anyMs);
      const skippedTo = skipToTurn(afterMs, anyMs, sweep);
      const has = (acceptedMs: number) => findTurn(acceptedMs, anyMs, sweep) !== undefined;
      for (let ms = afterMs + 1; ms <= skippedTo; ms++) expect(has(ms)).toBe(false);
      if (afterMs < sweep.toMs - anyMs) expect(has(skippedTo + 1)).toBe(true);
      expect(skippedTo).toBeGreaterThanOrEqual(afterMs);
      expect(skippedTo).toBeLessThanOrEqual(sweep.toMs - anyMs);
    }),
  );
});
