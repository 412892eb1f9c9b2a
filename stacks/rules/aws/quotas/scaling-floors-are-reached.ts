import { type Json, type JsonObject, toList, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { toNumber } from '../../template/numbers.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';
import { dimensionsOf, exampleAlarm, findAlarms } from '../alarms/alarms.ts';
import { findFunction } from '../functions.ts';

const served = 'ProvisionedConcurrencyInvocations';

function check(template: Template): Finding[] {
  return template
    .ofType('AWS::ApplicationAutoScaling::ScalableTarget')
    .flatMap((target) => [...checkFloors(template, target), ...checkFunction(template, target)]);
}

/** Application Auto Scaling rejects a floor above the maximum: in the deploy, or when the schedule sets it. */
function checkFloors(template: Template, { id, properties }: Resource): Finding[] {
  const actions = toList(properties.ScheduledActions).map((action) => toObject(toObject(action).ScalableTargetAction));
  const floors = [properties, ...actions].map(({ MinCapacity }) => toNumber(template, MinCapacity, 0) ?? 0);
  const most = Math.max(
    ...[properties, ...actions].map(
      ({ MaxCapacity }) => toNumber(template, MaxCapacity, 0) ?? Number.POSITIVE_INFINITY,
    ),
  );
  const floor = Math.max(...floors);
  if (floor <= most) return [];
  const problem = `its floor of ${floor} is above its maximum of ${most}: the schedule fails, and nobody is told. Raise the maximum`;
  return [{ resource: id, problem }];
}

function checkFunction(template: Template, { id, properties }: Resource): Finding[] {
  if (!toText(properties.ResourceId).startsWith('function:')) return [];
  const lambda = findScaled(template, properties.ResourceId);
  const reserved = toNumber(template, lambda?.properties.ReservedConcurrentExecutions);
  const most = toNumber(template, properties.MaxCapacity, 0);
  if (reserved !== undefined && most !== undefined && reserved < most)
    return [
      {
        resource: id,
        problem: `its maximum of ${most} is above the ${reserved} reserved for the function, which Lambda refuses while the sale runs. Raise the reserve or lower the maximum`,
      },
    ];
  if (findAlarms(template).some(({ properties: alarm }) => noticesAbsence(alarm, lambda))) return [];
  const problem = `no alarm compares its function's Invocations with ${served}: an account without the concurrency refuses the floor, and customers wait for cold starts. Add one in metric math`;
  return [{ resource: id, problem }];
}

/** Finds the function of `function:name:alias`, by name or by reference. */
function findScaled(template: Template, id: Json | undefined): Resource | undefined {
  const text = toText(id);
  return findFunction(template, /[<$]/.test(text) ? id : text.replace(/^function:/, ''));
}

function noticesAbsence({ Metrics }: JsonObject, lambda: Resource | undefined): boolean {
  const stats = toList(Metrics)
    .map((metric) => toObject(toObject(toObject(metric).MetricStat).Metric))
    .filter(({ Dimensions }) => {
      const values = toList(Dimensions).map((dimension) => toText(toObject(dimension).Value));
      return lambda === undefined || values.some((value) => value === toText(lambda.properties.FunctionName));
    });
  const names = stats.map(({ MetricName }) => toText(MetricName));
  return names.includes(served) && names.includes('Invocations');
}

const stat = (Id: string, Namespace: string, MetricName: string, dimensions: Readonly<Record<string, string>>) => ({
  Id,
  ReturnData: false,
  MetricStat: { Metric: { Namespace, MetricName, Dimensions: dimensionsOf(dimensions) }, Period: 60, Stat: 'Sum' },
});

const lambda = (Id: string, MetricName: string): JsonObject =>
  stat(Id, 'AWS/Lambda', MetricName, { FunctionName: 'intake', Resource: 'intake:live' });

const { MetricName: _, ...condition } = toObject(exampleAlarm({}).Properties);
const absent: JsonObject = {
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    ...condition,
    Metrics: [
      { Id: 'absent', Expression: 'IF(FILL(calls, 0) > 0 AND FILL(served, 0) < 1, 1, 0)' },
      lambda('calls', 'Invocations'),
      lambda('served', served),
    ],
  },
};
const spillover = exampleAlarm({
  Namespace: 'AWS/Lambda',
  MetricName: 'ProvisionedConcurrencySpilloverInvocations',
  Dimensions: dimensionsOf({ FunctionName: 'intake', Resource: 'intake:live' }),
});

const example = (more: JsonObject, settings: JsonObject = {}): JsonObject => ({
  Resources: {
    Intake: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'intake' } },
    Spillover: spillover,
    Target: {
      Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
      Properties: {
        ServiceNamespace: 'lambda',
        ScalableDimension: 'lambda:function:ProvisionedConcurrency',
        ResourceId: 'function:intake:live',
        MinCapacity: 5,
        MaxCapacity: 100,
        ...settings,
      },
    },
    ...more,
  },
});

const scheduled = (MinCapacity: number): JsonObject => ({
  ScheduledActions: [
    { ScheduledActionName: 'sale', Schedule: 'cron(45 11 * * ? *)', ScalableTargetAction: { MinCapacity } },
  ],
});

const reserving = (ReservedConcurrentExecutions: number): JsonObject => ({
  Absent: absent,
  Intake: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'intake', ReservedConcurrentExecutions } },
});

export const scalingFloorsAreReached: Rule = {
  name: 'scaling-floors-are-reached',
  what: 'A floor of auto scaling is within its maximum and the reserve of its function, and an alarm fires when calls find no provisioned environment at all.',
  why: 'Application Auto Scaling sets a floor later, and outside of the deploy. An account without the concurrency refuses it: the deploy is green, no metric of a provisioned environment exists, and an alarm on spill-over has no data.',
  source: [
    'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html',
    'https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scaling-activities.html',
    'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example({}), good: example({ Absent: absent }) },
    { bad: example({ Absent: absent }, scheduled(101)), good: example({ Absent: absent }, scheduled(100)) },
    { bad: example({ Absent: absent }, { MinCapacity: 101 }), good: example({ Absent: absent }, { MinCapacity: 100 }) },
    { bad: example(reserving(99)), good: example(reserving(100)) },
  ],
};
