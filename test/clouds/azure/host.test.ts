import { expect, test } from 'vitest';
import { hostSettings } from '../../../scripts/clouds/azure/host-settings.ts';
import { parseScheduleSeconds } from '../../../scripts/clouds/azure/host-timer.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';

test.each(Object.values(stages))(
  'host.json gives up on a message after as many deliveries as stage $name',
  ({ queues }) => {
    expect(hostSettings.queues.maxDequeueCount).toBe(queues.maxReceiveCount);
  },
);

test('serves the API without a prefix, at the paths of the route table', () => {
  expect(hostSettings.routePrefix).toBe('');
});

test.each([
  ['*/5 * * * * *', 5],
  ['* * * * * *', 1],
  ['0 * * * * *', 60],
  ['0 */10 * * * *', 600],
])('schedule %s runs every %i s', (schedule, seconds) => {
  expect(parseScheduleSeconds(schedule)).toBe(seconds);
});

test.each(['', '0 0 3 * * *', '*/5 * * * *', '5 * * * * *'])('rejects the unsupported schedule "%s"', (schedule) => {
  expect(() => parseScheduleSeconds(schedule)).toThrow(/does not support the schedule/);
});
