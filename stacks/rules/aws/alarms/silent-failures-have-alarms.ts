import { type Json, type JsonObject, toList, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';
import { exampleStat, metricsOf } from './alarm-metrics.ts';
import { dimensionsOf, exampleAlarm, exampleMathAlarm, findAlarms, watches } from './alarms.ts';
import { canReach } from './math/reach.ts';

function check(template: Template): Finding[] {
  const alarms = findAlarms(template).filter((alarm) => canReach(template, alarm));
  return [
    ...checkRules(template, alarms),
    ...checkSchedules(template, alarms),
    ...checkIndexes(template, alarms),
    ...checkProvisioned(template, alarms),
  ];
}

function checkRules(template: Template, alarms: readonly Resource[]): Finding[] {
  return template
    .ofType('AWS::Events::Rule')
    .filter((rule) => !alarms.some((alarm) => watches(alarm, ['FailedInvocations'], 'RuleName', rule)))
    .map(({ id }) => finding(id, 'FailedInvocations', 'what it does not deliver is gone'));
}

/** The metrics of schedules are those of their group. */
function checkSchedules(template: Template, alarms: readonly Resource[]): Finding[] {
  return template.ofType('AWS::Scheduler::Schedule').flatMap(({ id, properties }) => {
    const group = findGroup(template, properties.GroupName);
    const isWatched =
      group && alarms.some((alarm) => watches(alarm, ['InvocationDroppedCount'], 'ScheduleGroup', group));
    const isKept = toObject(properties.Target).DeadLetterConfig !== undefined;
    return isWatched || isKept
      ? []
      : [
          finding(
            id,
            'InvocationDroppedCount',
            'a run that fails at every attempt is gone, because it has no dead-letter queue',
          ),
        ];
  });
}

/** The group that a schedule names, by a reference or as text. */
const findGroup = (template: Template, named: Json | undefined): Resource | undefined =>
  template
    .ofType('AWS::Scheduler::ScheduleGroup')
    .find((group) => template.referredBy(named).includes(group) || toText(group.properties.Name) === toText(named));

function checkIndexes(template: Template, alarms: readonly Resource[]): Finding[] {
  const isWatched = (index: string, metric: string) =>
    alarms.flatMap(metricsOf).some(({ name, dimensions }) => {
      const values = dimensions.map(({ Value }) => toText(Value));
      return name === metric && values.includes(index);
    });
  return template.ofType('AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table').flatMap(({ id, properties }) =>
    toList(properties.GlobalSecondaryIndexes)
      .map((index) => toText(toObject(index).IndexName))
      .filter((name) => !isWatched(name, 'WriteThrottleEvents'))
      .map((name) =>
        finding(id, `WriteThrottleEvents of index ${name}`, "a throttled index throttles its table's writes"),
      ),
  );
}

function checkProvisioned(template: Template, alarms: readonly Resource[]): Finding[] {
  const metric = 'ProvisionedConcurrencySpilloverInvocations';
  const scaled = template
    .ofType('AWS::ApplicationAutoScaling::ScalableTarget')
    .filter(({ properties }) => toText(properties.ResourceId).startsWith('function:'));
  const spilled = alarms.flatMap(metricsOf).filter(({ name }) => name === metric);
  const names = spilled.flatMap(({ dimensions }) => dimensions.map(({ Value }) => toText(Value)));
  return scaled
    .filter(({ properties }) => !names.some((name) => isNamed(template, properties, name)))
    .map(({ id }) => finding(id, metric, 'customers wait for cold starts although environments are paid for'));
}

/** Matches `function:name:alias`, where CDK writes the name as a reference. */
function isNamed(template: Template, { ResourceId }: JsonObject, name: string): boolean {
  const referred = template.referredBy(ResourceId).map(({ properties }) => toText(properties.FunctionName));
  const parts = toText(ResourceId).split(':');
  return parts.includes(name) || referred.includes(name) || findAliased(template, ResourceId).includes(name);
}

function findAliased(template: Template, value: JsonObject[string] | undefined): readonly string[] {
  return template
    .referredBy(value)
    .flatMap(({ properties }) => template.referredBy(properties.FunctionName))
    .map(({ properties }) => toText(properties.FunctionName));
}

const finding = (resource: string, metric: string, otherwise: string): Finding => ({
  resource,
  problem: `no alarm watches ${metric}: ${otherwise}. Add one, or remove the resource`,
});

const alarm = (MetricName: string, dimensions: Readonly<Record<string, string>>): JsonObject =>
  exampleAlarm({ Namespace: 'AWS/Events', MetricName, Dimensions: dimensionsOf(dimensions) });

const math = (Expression: string): JsonObject => {
  const stat = (Id: string, MetricName: string) =>
    exampleStat(Id, { Namespace: 'AWS/Events', MetricName, Dimensions: dimensionsOf({ RuleName: 'confirmed' }) });
  const Metrics = [stat('failed', 'FailedInvocations'), stat('all', 'Invocations'), { Id: 'share', Expression }];
  return exampleMathAlarm({ Metrics });
};

const example = (watched: JsonObject): JsonObject => ({
  Resources: {
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'events' } },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: { Name: 'confirmed', EventBusName: { Ref: 'Bus' }, EventPattern: { source: ['shop'] } },
    },
    Alarm: watched,
  },
});

const schedule = (target: JsonObject, MetricName = 'InvocationAttemptCount'): JsonObject => ({
  Resources: {
    Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'exports' } },
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        GroupName: { Ref: 'Group' },
        Target: { Arn: 'arn:aws:scheduler:::aws-sdk:sqs:purgeQueue', ...target },
      },
    },
    Alarm: exampleAlarm({
      Namespace: 'AWS/Scheduler',
      MetricName,
      Dimensions: dimensionsOf({ ScheduleGroup: 'exports' }),
    }),
  },
});

export const silentFailuresHaveAlarms: Rule = {
  name: 'silent-failures-have-alarms',
  what: 'There are alarms on what fails without an error: undelivered events, failed schedules, throttled indexes, used-up provisioned concurrency.',
  why: 'These metrics have no counterpart in the errors of any function, and nothing else shows them.',
  source: [
    'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html',
    'https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html',
    'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html',
    'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    {
      bad: example(alarm('Invocations', { RuleName: 'confirmed' })),
      good: example(alarm('FailedInvocations', { EventBusName: 'events', RuleName: 'confirmed' })),
    },
    { bad: schedule({}), good: schedule({}, 'InvocationDroppedCount') },
    // A refused run is retried, and a throttled one is not among the errors.
    { bad: schedule({}, 'TargetErrorCount'), good: schedule({}, 'InvocationDroppedCount') },
    { bad: schedule({}), good: schedule({ DeadLetterConfig: { Arn: 'arn:aws:sqs:eu-west-1:123456789012:failed' } }) },
    { bad: example(math('all / 2')), good: example(math('100 * failed / all')) },
  ],
};
