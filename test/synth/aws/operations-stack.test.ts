import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { metricsNamespace, physicalName } from '../../../stacks/model/names.ts';
import { hasFailureQueue, rowReaders, serviceNames, services } from '../../../stacks/model/services.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { tableIndexes } from '../../../stacks/model/table-shapes.ts';
import { findProperties, synthesize } from './synthesize.ts';

function findAlarms(stage: Stage) {
  const { operations, 'edge-alarms': edgeAlarms } = synthesize(stage);
  return [operations, ...(edgeAlarms ? [edgeAlarms] : [])].flatMap((template) =>
    findProperties(template, 'AWS::CloudWatch::Alarm'),
  );
}
const alarm = (name: string) => findAlarms(stages.prod).find((each) => each.AlarmName === physicalName('prod', name));

/** Entries by heading. */
const runbook = new Map(
  readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((entry) => [entry.slice(0, entry.indexOf('\n')), entry]),
);

test('links every alarm to a runbook entry, and every entry to an alarm', () => {
  const { service, edge } = synthesize(stages.prod);
  const ofReleases = [service, edge].flatMap((template) => findProperties(template, 'AWS::CloudWatch::Alarm'));
  const alarms = [...findAlarms(stages.prod), ...findAlarms(stages['local-regions']), ...ofReleases];
  expect(alarms.length).toBeGreaterThanOrEqual(18);
  const named = alarms.map((each) => /Runbook: docs\/runbook\.md#([a-z-]+)$/.exec(String(each.AlarmDescription))?.[1]);
  expect([...new Set(named)].sort()).toEqual([...runbook.keys()].sort());
});

test.each([...runbook])('the runbook entry %s gives a command', (_, entry) => {
  expect(entry.replaceAll('\n', ' ')).toMatch(/`(npm run|npx cdk|aws) [^`]+`/);
});

test.each(serviceNames.flatMap((service) => (hasFailureQueue(services[service].trigger) ? [service] : [])))(
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

test.each(rowReaders)('alarms when %s cannot read a row', (service) => {
  expect(alarm(`${service}-unreadable-rows`)).toMatchObject({
    Namespace: metricsNamespace('prod'),
    MetricName: 'UnreadableRows',
    Dimensions: [{ Name: 'service', Value: service }],
    Threshold: 1,
    TreatMissingData: 'notBreaching',
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

test.each([
  ['api-5xx', { Namespace: 'AWS/ApiGateway', MetricName: '5xx', Statistic: 'Sum', Threshold: 5, EvaluationPeriods: 2 }],
  ['api-latency', { Namespace: 'AWS/ApiGateway', MetricName: 'Latency', ExtendedStatistic: 'p99', Threshold: 2_000 }],
  ['edge-5xx', { Namespace: 'AWS/CloudFront', MetricName: '5xxErrorRate', Statistic: 'Average', Threshold: 5 }],
  [
    'edge-latency',
    { Namespace: 'AWS/CloudFront', MetricName: 'OriginLatency', ExtendedStatistic: 'p99', Threshold: 3_000 },
  ],
  ['confirmed-orders-undelivered', { Namespace: 'AWS/Events', MetricName: 'FailedInvocations', Threshold: 1 }],
  ['intake-spillover', { MetricName: 'ProvisionedConcurrencySpilloverInvocations', Threshold: 10 }],
  ['sweeper-errors', { MetricName: 'Errors', Threshold: 1, Period: 300, EvaluationPeriods: 2 }],
])('alarms on %s, which no error of a function shows', (name, expected) => {
  expect(alarm(name)).toMatchObject({ ...expected, TreatMissingData: 'notBreaching' });
});

test('alarms when calls find no provisioned environment, which leaves no other metric', () => {
  const { Metrics, ...rest } = alarm('intake-unprovisioned') ?? {};
  expect(rest).toMatchObject({ Threshold: 1, EvaluationPeriods: 10, TreatMissingData: 'notBreaching' });
  expect(Metrics).toMatchObject([
    { Expression: 'IF(FILL(calls, 0) > 0 AND FILL(provisioned, 0) + FILL(spilled, 0) < 1, 1, 0)' },
    { Id: 'calls', ReturnData: false, MetricStat: { Metric: { MetricName: 'Invocations' }, Stat: 'Sum' } },
    { Id: 'provisioned', MetricStat: { Metric: { MetricName: 'ProvisionedConcurrencyInvocations' } } },
    { Id: 'spilled', MetricStat: { Metric: { MetricName: 'ProvisionedConcurrencySpilloverInvocations' } } },
  ]);
});

test('alarms on a region that does not answer, and on replication that is late', () => {
  const alarms = findAlarms(stages['local-regions']);
  const find = (name: string) => alarms.find(({ MetricName }) => MetricName === name);
  expect(find('RegionsUnreachable')).toMatchObject({ Period: 300, EvaluationPeriods: 2, Threshold: 1 });
  expect(find('ReplicationLatency')).toMatchObject({
    Threshold: 10_000,
    Dimensions: expect.arrayContaining([{ Name: 'ReceivingRegion', Value: 'eu-central-1' }]),
  });
  expect(findAlarms(stages.prod).some(({ MetricName }) => MetricName === 'ReplicationLatency')).toBe(false);
});

test('alarms when the sweeper has not run for three of its periods', () => {
  expect(alarm('sweeper-stopped')).toMatchObject({
    MetricName: 'Invocations',
    Period: 300,
    EvaluationPeriods: 3,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
  });
});

test.each(tableIndexes)('alarms on the throttles of the index $index.name of $table', ({ table, index }) => {
  const dimensions = [
    { Name: 'GlobalSecondaryIndexName', Value: index.name },
    { Name: 'TableName', Value: physicalName('prod', table) },
  ];
  const own = findAlarms(stages.prod).filter((each) => isDeepStrictEqual(each.Dimensions, dimensions));
  expect(own.map((each) => each.MetricName)).toEqual(['WriteThrottleEvents', 'ReadThrottleEvents']);
});

test('uses no metric math, which costs more and fails on the local engine', () => {
  for (const each of findAlarms(stages.local)) expect(each).not.toHaveProperty('Metrics');
});

test.each([stages.staging, stages.prod])(
  '$name notifies its address through a TLS-only topic in each region',
  (stage) => {
    for (const each of findAlarms(stage)) expect(each.AlarmActions).toHaveLength(1);
    for (const stack of ['operations', 'edge-alarms'] as const) {
      const template = synthesize(stage)[stack];
      template?.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: stage.alarms.email });
      template?.hasResourceProperties('AWS::SNS::TopicPolicy', {
        PolicyDocument: {
          Statement: [
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
            Match.objectLike({ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } }),
          ],
        },
      });
    }
  },
);

test('dev has no alarm recipient', () => {
  for (const each of findAlarms(stages.dev)) expect(each).not.toHaveProperty('AlarmActions');
});

test('shows every function and every queue on one dashboard', () => {
  const queueNames = serviceNames.flatMap((name) => {
    const { trigger } = services[name];
    if (!hasFailureQueue(trigger)) return [];
    return trigger.kind === 'queue' ? [trigger.queue, trigger.deadLetters] : [trigger.failures];
  });
  const [dashboard, ...others] = findProperties(synthesize(stages.prod).operations, 'AWS::CloudWatch::Dashboard');
  expect(others).toEqual([]);
  const body = JSON.stringify(dashboard);
  for (const thing of [...serviceNames, ...queueNames]) expect(body).toContain(physicalName('prod', thing));
});
