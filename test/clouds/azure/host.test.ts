import { expect, test } from 'vitest';
import { hostSettings } from '../../../scripts/clouds/azure/host-settings.ts';
import { secondsOf } from '../../../scripts/clouds/azure/host-timer.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';

test.each(Object.values(stages))('host.json gives a message up when stage $name does', ({ queues }) => {
  expect(hostSettings.queues.maxDequeueCount).toBe(queues.maxReceiveCount);
});

test('the paths of the API have no prefix: they are those of the route table', () => {
  expect(hostSettings.routePrefix).toBe('');
});

test.each([
  ['*/5 * * * * *', 5],
  ['* * * * * *', 1],
  ['0 * * * * *', 60],
  ['0 */10 * * * *', 600],
])('schedule %s runs every %i s', (schedule, seconds) => {
  expect(secondsOf(schedule)).toBe(seconds);
});

test.each(['', '0 0 3 * * *', '*/5 * * * *', '5 * * * * *'])('schedule "%s" is refused, not guessed', (schedule) => {
  expect(() => secondsOf(schedule)).toThrow(/understands no schedule/);
});
