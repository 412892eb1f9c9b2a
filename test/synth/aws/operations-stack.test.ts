import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { metricsNamespace, physicalName } from '../../../stacks/model/names.ts';
import { keepsFailures, serviceNames, services } from '../../../stacks/model/services.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { findProperties, synthesize } from './synthesize.ts';

const findAlarms = (stage: Stage) => findProperties(synthesize(stage).operations, 'AWS::CloudWatch::Alarm');
const alarm = (name: string) => findAlarms(stages.prod).find((each) => each.AlarmName === physicalName('prod', name));

/** Entries by heading. */
const runbook = new Map(
  readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((entry) => [entry.slice(0, entry.indexOf('\n')), entry]),
);

test('links every alarm to a runbook entry, and every entry to an alarm', () => {
  const alarms = findAlarms(stages.prod);
  expect(alarms.length).toBeGreaterThanOrEqual(18);
  const named = alarms.map((each) => /Runbook: docs\/runbook\.md#([a-z-]+)$/.exec(String(each.AlarmDescription))?.[1]);
  expect([...new Set(named)].sort()).toEqual([...runbook.keys()].sort());
});

test.each([...runbook])('the runbook entry %s gives a command', (_, entry) => {
  expect(entry.replaceAll('\n', ' ')).toMatch(/`(npm run|npx cdk|aws) [^`]+`/);
});

test.each(serviceNames.flatMap((service) => (keepsFailures(services[service].trigger) ? [service] : [])))(
  'the runbook entry for dead letters of %s names the redrive',
  (service) => {
    const { trigger } = services[service];
    const queue = trigger.kind === 'queue' ? trigger.deadLetters : trigger.kind === 'stream' ? trigger.failures : '';
    expect(runbook.get(queue)).toContain(`npm run redrive -- --service ${service}`);
  },
);

test.each(['order-requests-dlq', 'projection-dlq', 'fulfilment-requests-dlq'])(
  'alarms at the first message in %s',
  (queue) => {
    expect(alarm(`${queue}-depth`)).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: physicalName('prod', queue) }],
      Threshold: 1,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  },
);

test('alarms on the age of the oldest waiting order', () => {
  expect(alarm('order-requests-age')).toMatchObject({ MetricName: 'ApproximateAgeOfOldestMessage', Threshold: 60 });
});

test('alarms on the age of the oldest fulfilment request, excluding the time in which it may be cancelled', () => {
  expect(alarm('fulfilment-requests-age')).toMatchObject({
    MetricName: 'ApproximateAgeOfOldestMessage',
    Threshold: 60 + 600,
  });
});

test("alarms when the partner's breaker opens, on the function's own metric in the stage's namespace", () => {
  expect(alarm('partner-breaker')).toMatchObject({
    Namespace: metricsNamespace('prod'),
    MetricName: 'BreakerOpened',
    Dimensions: [{ Name: 'service', Value: 'fulfilment' }],
    Threshold: 1,
  });
});

test('alarms on stale views, in milliseconds', () => {
  expect(alarm('projection-iterator-age')).toMatchObject({ MetricName: 'IteratorAge', Threshold: 60_000 });
});

describe.each(serviceNames)('%s', (service) => {
  test.each(['errors', 'throttles'])('alarms on %s of the live alias', (kind) => {
    const name = physicalName('prod', service);
    expect(alarm(`${service}-${kind}`)?.Dimensions).toEqual([
      { Name: 'FunctionName', Value: name },
      { Name: 'Resource', Value: `${name}:live` },
    ]);
  });
});

test('uses no metric math, which costs more and fails on the local engine', () => {
  for (const each of findAlarms(stages.local)) expect(each).not.toHaveProperty('Metrics');
});

test('prod notifies a TLS-only topic, dev notifies nobody', () => {
  for (const each of findAlarms(stages.prod)) expect(each.AlarmActions).toHaveLength(1);
  for (const each of findAlarms(stages.dev)) expect(each).not.toHaveProperty('AlarmActions');
  synthesize(stages.prod).operations.resourceCountIs('AWS::SNS::TopicPolicy', 1);
});

test('shows every function and every queue on one dashboard', () => {
  const queueNames = serviceNames.flatMap((name) => {
    const { trigger } = services[name];
    if (!keepsFailures(trigger)) return [];
    return trigger.kind === 'queue' ? [trigger.queue, trigger.deadLetters] : [trigger.failures];
  });
  const [dashboard, ...others] = findProperties(synthesize(stages.prod).operations, 'AWS::CloudWatch::Dashboard');
  expect(others).toEqual([]);
  const body = JSON.stringify(dashboard);
  for (const thing of [...serviceNames, ...queueNames]) expect(body).toContain(physicalName('prod', thing));
});
