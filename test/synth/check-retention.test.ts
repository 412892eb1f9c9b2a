import { expect, test } from 'vitest';
import { checkRetention } from '../../stacks/model/checks/check-retention.ts';
import { retentionEnvironment } from '../../stacks/model/environments/retention-environment.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../stacks/model/stages/stages.ts';

const { prod, dev } = stages;
const withRetention = (days: number, exportEveryDays: number, change: Partial<Stage> = {}): Stage => ({
  ...prod,
  retention: { days, exportEveryDays },
  ...change,
});

test.each([
  ['no retention', dev],
  ['the retention of prod', prod],
  ['the shortest one', withRetention(31, 15)],
])('accepts %s', (_, stage) => {
  expect(checkRetention(stage)).toEqual([]);
});

test.each<[string, Stage]>([
  ['retention.days: must be more than 30 days, for which a message', withRetention(30, 15)],
  ['retention.days: must be a whole number', withRetention(90.5, 15)],
  ['retention.exportEveryDays: must be a whole number', withRetention(90, 0)],
  ['retention.exportEveryDays: must be at most half of retention.days, 45, so that', withRetention(90, 46)],
  ['retention: must be null without pointInTimeRecoveryDays', withRetention(90, 30, { pointInTimeRecoveryDays: null })],
  ['retention: must be null where keepData is false', withRetention(90, 30, { keepData: false })],
  [
    'retention.days: must be more than 34 days',
    withRetention(34, 10, { queues: { ...prod.queues, retentionDays: 20, deadLetterRetentionDays: 14 } }),
  ],
])('names %s', (start, stage) => {
  expect(checkRetention(stage).join('\n')).toContain(start);
});

test('tells the functions that end orders how long rows are kept, and no other', () => {
  const told = (stage: Stage) =>
    (
      ['catalog', 'intake', 'settlement', 'projection', 'fulfilment', 'sweeper', 'stock', 'invalidation'] as const
    ).filter((service) => 'RETENTION_DAYS' in retentionEnvironment(stage, service));
  expect(told(prod)).toEqual(['intake', 'settlement', 'fulfilment']);
  expect(told(dev)).toEqual([]);
});
