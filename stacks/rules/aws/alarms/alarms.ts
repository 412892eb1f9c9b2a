import { type JsonObject, toList, toObject } from '../../../model/json.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';

export const findAlarms = (template: Template): readonly Resource[] => template.ofType('AWS::CloudWatch::Alarm');

/** Whether an alarm watches one of the metrics of a resource, by the resource's physical name or by a reference. */
export function watches(
  { properties }: Resource,
  metrics: readonly string[],
  dimension: string,
  of: Resource,
): boolean {
  const { Value } =
    toList(properties.Dimensions)
      .map(toObject)
      .find(({ Name }) => Name === dimension) ?? {};
  return metrics.includes(toText(properties.MetricName)) && namesOf(of).includes(toText(Value));
}

/** The texts that name a resource in another one. */
function namesOf({ id, properties }: Resource): readonly string[] {
  const physical = Object.entries(properties).filter(([key]) => /^([A-Z]\w*)?Name$/.test(key));
  return [`<${id}>`, ...physical.map(([, value]) => toText(value))];
}

/** An alarm of an example: notifies nobody, and watches a metric that is named in full. */
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

export const dimensionsOf = (values: Readonly<Record<string, JsonObject | string>>): JsonObject[] =>
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }));
