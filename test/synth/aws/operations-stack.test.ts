import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { keepsFailures, serviceNames, services } from '../../../stacks/model/services.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { propertiesOf, synthesize } from './synthesize.ts';

const alarmsOf = (stage: Stage) => propertiesOf(synthesize(stage).operations, 'AWS::CloudWatch::Alarm');
const alarm = (name: string) => alarmsOf(stages.prod).find((each) => each.AlarmName === `flash-sale-prod-${name}`);

/** By heading. */
const runbook = new Map(
  readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((entry) => [entry.slice(0, entry.indexOf('\n')), entry]),
);

test('every alarm names an entry of the runbook, and every entry has an alarm', () => {
  const alarms = alarmsOf(stages.prod);
  expect(alarms.length).toBeGreaterThanOrEqual(18);
  const named = alarms.map((each) => /Runbook: docs\/runbook\.md#([a-z-]+)$/.exec(String(each.AlarmDescription))?.[1]);
  expect([...new Set(named)].sort()).toEqual([...runbook.keys()].sort());
});

test.each([...runbook])('the entry %s gives a command to type', (_, entry) => {
  expect(entry.replaceAll('\n', ' ')).toMatch(/`(npm run|npx cdk|aws) [^`]+`/);
});

test.each(serviceNames.flatMap((service) => (keepsFailures(services[service].trigger) ? [service] : [])))(
  'the entry of the dead letters of %s names the redrive',
  (service) => {
    const { trigger } = services[service];
    const queue = trigger.kind === 'queue' ? trigger.deadLetters : trigger.kind === 'stream' ? trigger.failures : '';
    expect(runbook.get(queue)).toContain(`npm run redrive -- --service ${service}`);
  },
);

test.each(['order-requests-dlq', 'projection-dlq', 'fulfilment-requests-dlq'])(
  '%s rings at the first message',
  (queue) => {
    expect(alarm(`${queue}-depth`)).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: `flash-sale-prod-${queue}` }],
      Threshold: 1,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  },
);

test('the age of the oldest waiting order rings', () => {
  expect(alarm('order-requests-age')).toMatchObject({ MetricName: 'ApproximateAgeOfOldestMessage', Threshold: 60 });
});

test('the age of the oldest order to hand over rings, not counting the time in which it may be cancelled', () => {
  expect(alarm('fulfilment-requests-age')).toMatchObject({
    MetricName: 'ApproximateAgeOfOldestMessage',
    Threshold: 60 + 600,
  });
});

test('the breaker of the partner rings when it opens, by what the function counts under the name of its stage', () => {
  expect(alarm('partner-breaker')).toMatchObject({
    Namespace: 'FlashSale/prod',
    MetricName: 'BreakerOpened',
    Dimensions: [{ Name: 'service', Value: 'fulfilment' }],
    Threshold: 1,
  });
});

test('stale views ring, in the milliseconds of the metric', () => {
  expect(alarm('projection-iterator-age')).toMatchObject({ MetricName: 'IteratorAge', Threshold: 60_000 });
});

describe.each(serviceNames)('%s', (service) => {
  test.each(['errors', 'throttles'])('rings for %s of the alias that takes the traffic', (kind) => {
    const name = `flash-sale-prod-${service}`;
    expect(alarm(`${service}-${kind}`)?.Dimensions).toEqual([
      { Name: 'FunctionName', Value: name },
      { Name: 'Resource', Value: `${name}:live` },
    ]);
  });
});

test('no alarm is metric math: it would cost more, and the local engine refuses it', () => {
  for (const each of alarmsOf(stages.local)) expect(each).not.toHaveProperty('Metrics');
});

test('prod calls a topic that takes TLS only; dev only shows', () => {
  for (const each of alarmsOf(stages.prod)) expect(each.AlarmActions).toHaveLength(1);
  for (const each of alarmsOf(stages.dev)) expect(each).not.toHaveProperty('AlarmActions');
  synthesize(stages.prod).operations.resourceCountIs('AWS::SNS::TopicPolicy', 1);
});

test('one dashboard shows every function and every queue', () => {
  const queueNames = serviceNames.flatMap((name) => {
    const { trigger } = services[name];
    if (!keepsFailures(trigger)) return [];
    return trigger.kind === 'queue' ? [trigger.queue, trigger.deadLetters] : [trigger.failures];
  });
  const [dashboard, ...others] = propertiesOf(synthesize(stages.prod).operations, 'AWS::CloudWatch::Dashboard');
  expect(others).toEqual([]);
  const body = JSON.stringify(dashboard);
  for (const thing of [...serviceNames, ...queueNames]) expect(body).toContain(`flash-sale-prod-${thing}`);
});
