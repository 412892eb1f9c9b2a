import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readMeasured } from '../../../../scripts/planner/report/measured.ts';
import { type Curve, toDurations } from '../../../../scripts/planner/tune/curve.ts';
import { costOfMillion, formatCurve } from '../../../../scripts/planner/tune/report.ts';
import { findThrottle, type Throttle } from '../../../../scripts/planner/tune/throttle.ts';

const curve: Curve = {
  ...{ throttle: 'by hand', machine: 'paper', batchSize: 10 },
  services: {
    settlement: [
      { memoryMb: 512, perBatchMs: 4, perOrderMs: 1, cpuMs: 5 },
      { memoryMb: 1_024, perBatchMs: 2, perOrderMs: 0.5, cpuMs: 5 },
    ],
    intake: [{ memoryMb: 1_024, perBatchMs: 3.2, perOrderMs: 0, cpuMs: 2 }],
  },
};

test('a plan reads the curve as invocations with a whole batch', () => {
  const folder = mkdtempSync(join(tmpdir(), 'curve-'));
  const file = join(folder, 'curve.json');
  writeFileSync(file, JSON.stringify({ ...curve, ...toDurations(curve) }));
  expect(readMeasured(file, () => 512)).toEqual({
    settlement: [
      { memoryMb: 512, p50Ms: 14 },
      { memoryMb: 1_024, p50Ms: 7 },
    ],
    intake: [{ memoryMb: 1_024, p50Ms: 3.2 }],
  });
  rmSync(folder, { recursive: true });
});

test('a million invocations cost their begun milliseconds and their requests', () => {
  // 4 ms x 1 GB x 0.0000133334 + 0.20
  expect(costOfMillion(3.2, 1_024, 'us-east-1')).toBe('0.25');
  expect(costOfMillion(100, 1_024, 'us-east-1')).toBe('1.53');
});

test('the table marks the size of the stages, and says how processes were held', () => {
  const text = formatCurve(curve, () => 1_024, 'us-east-1');
  expect(text).toContain('1024 (as set)');
  expect(text).toContain('Held by: by hand');
  expect(text).toContain('settlement, a batch of 10');
});

test('takes no throttle that does not hold, and says what was tried', async () => {
  const idle: Throttle = { name: 'nothing', hold: () => () => {} };
  const failing: Throttle = {
    name: 'forbidden',
    hold: () => {
      throw new Error('not allowed');
    },
  };
  await expect(findThrottle([failing, idle])).rejects.toThrow('tried forbidden, nothing');
});
