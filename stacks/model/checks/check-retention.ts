import { minuteRetentionDays } from '../../../functions/contracts/view.ts';
import type { Stage } from '../stages/stage-settings.ts';
import { mustHold, type Violations, wholeAndPositive } from './violations.ts';

const hoursPerDay = 24;

/**
 * Rows may only expire after the last call that could need them, and after an export. A failed export must leave time
 * for the next one.
 */
export function checkRetention(stage: Stage): Violations {
  const { retention, queues, keepData, pointInTimeRecoveryDays: recovery } = stage;
  if (!retention) return [];
  const { days, exportEveryDays } = retention;
  const streamDays = Math.max(stage.projection.recordAgeHours, stage.invalidation.recordAgeHours) / hoursPerDay;
  const messageDays = queues.retentionDays + queues.deadLetterRetentionDays;
  const longest = Math.ceil(Math.max(messageDays, streamDays + queues.deadLetterRetentionDays, minuteRetentionDays));
  return [
    ...wholeAndPositive('retention.days', days),
    ...wholeAndPositive('retention.exportEveryDays', exportEveryDays),
    ...mustHold(
      days > longest,
      'retention.days',
      `more than ${longest} days, for which a message, a dead letter, or the sales per minute may still need an order`,
      days,
      'Raise it',
    ),
    ...mustHold(
      exportEveryDays * 2 <= days,
      'retention.exportEveryDays',
      `at most half of retention.days, ${days / 2}, so that one failed export loses nothing`,
      exportEveryDays,
      'Export more often, or raise retention.days',
    ),
    ...mustHold(
      recovery !== null,
      'retention',
      'null without pointInTimeRecoveryDays, from which DynamoDB exports',
      `${days} days`,
      'Set pointInTimeRecoveryDays',
    ),
    ...mustHold(
      keepData,
      'retention',
      'null where keepData is false: the exports would be deleted with the stack',
      `${days} days`,
      'Set keepData and deletionProtection',
    ),
  ];
}
