import { type Json, type JsonObject, toList } from '../../../model/json.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';
import { metricsOf, type WatchedMetric } from './alarm-metrics.ts';

export const findAlarms = (template: Template): readonly Resource[] => template.ofType('AWS::CloudWatch::Alarm');

/** Alarms on metrics, and on other alarms: both notify. */
export const findNotifiers = (template: Template): readonly Resource[] =>
  template.ofType('AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm');

/** The actions of an alarm when it fires. */
export const actionsOf = ({ properties }: Resource): readonly Json[] =>
  toList(properties.AlarmActions).filter((action) => !['', '<AWS::NoValue>'].includes(toText(action)));

/** The actions of an alarm in any state. */
export const allActionsOf = ({ properties }: Resource): readonly Json[] =>
  [properties.AlarmActions, properties.OKActions, properties.InsufficientDataActions].flatMap(toList);

/** The topics of the template that actions name: by a reference, or by an ARN that ends in the topic's name. */
export function findTopics(template: Template, actions: readonly Json[]): readonly Resource[] {
  const referred = template.referredBy(actions);
  const names = actions.flatMap((action) => /^arn:.*:sns:.*:([^:]+)$/.exec(toText(action))?.[1] ?? []);
  return template
    .ofType('AWS::SNS::Topic')
    .filter((topic) => referred.includes(topic) || names.includes(toText(topic.properties.TopicName)));
}

/** Where AWS puts the metrics that have a dimension. A namespace of one's own may have a metric of the same name. */
const namespaces: Readonly<Record<string, string>> = {
  ApiId: 'AWS/ApiGateway',
  DistributionId: 'AWS/CloudFront',
  FunctionName: 'AWS/Lambda',
  RuleName: 'AWS/Events',
  ScheduleGroup: 'AWS/Scheduler',
};

/** Whether an alarm watches one of the metrics of a resource, by the resource's physical name or by a reference. */
export const watches = (alarm: Resource, metrics: readonly string[], dimension: string, of: Resource): boolean =>
  findWatched(alarm, metrics, dimension, of) !== undefined;

/** The metric of an alarm, or one that its expression holds. */
export function findWatched(
  alarm: Resource,
  metrics: readonly string[],
  dimension: string,
  of: Resource,
): WatchedMetric | undefined {
  return metricsOf(alarm).find(({ namespace, name, dimensions }) => {
    const { Value } = dimensions.find(({ Name }) => Name === dimension) ?? {};
    const isOfAws = !/^[\w/]/.test(namespace) || namespace === namespaces[dimension];
    return isOfAws && metrics.includes(name) && namesOf(of).includes(toText(Value));
  });
}

/** The texts by which other resources refer to a resource. */
function namesOf({ id, properties }: Resource): readonly string[] {
  const physical = Object.entries(properties).filter(([key]) => /^([A-Z]\w*)?Name$/.test(key));
  return [`<${id}>`, ...physical.map(([, value]) => toText(value))];
}

/** An alarm of an example: without actions, on a metric that is named in full. */
export const exampleAlarm = (properties: JsonObject): JsonObject => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    Statistic: 'Sum',
    Period: 60,
    Threshold: 1,
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    ...properties,
  },
});

/** An alarm of an example on an expression. */
export const exampleMathAlarm = (properties: JsonObject): JsonObject => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    Threshold: 1,
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    ...properties,
  },
});

export const dimensionsOf = (values: Readonly<Record<string, JsonObject | string>>): JsonObject[] =>
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }));
