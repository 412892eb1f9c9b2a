import { type JsonObject, toList, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';
import { dimensionsOf, exampleAlarm, findAlarms } from './alarms.ts';
import { exampleSubscription } from './edge-metrics-are-turned-on.ts';

const check = (template: Template): Finding[] =>
  findAlarms(template)
    .filter((alarm) => metricsOf(alarm).some((metric) => metric.Namespace === 'AWS/CloudFront' && !isGlobal(metric)))
    .map(({ id }) => ({
      resource: id,
      problem:
        "it lacks the dimension Region with the value Global, which all of CloudFront's metrics have: the alarm never has data. Add it",
    }));

/** The metric of an alarm, or those of its expression. */
const metricsOf = ({ properties }: Resource): readonly JsonObject[] => [
  properties,
  ...toList(properties.Metrics).map((one) => toObject(toObject(toObject(one).MetricStat).Metric)),
];

const isGlobal = ({ Dimensions }: JsonObject): boolean =>
  toList(Dimensions)
    .map(toObject)
    .some(({ Name, Value }) => Name === 'Region' && toText(Value) === 'Global');

const example = (more: Readonly<Record<string, string>>): JsonObject => ({
  Resources: {
    Edge: { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig: { Enabled: true } } },
    Metrics: exampleSubscription,
    Alarm: exampleAlarm({
      Namespace: 'AWS/CloudFront',
      MetricName: '5xxErrorRate',
      Dimensions: dimensionsOf({ DistributionId: { Ref: 'Edge' }, ...more }),
    }),
  },
});
const good = example({ Region: 'Global' });

export const edgeAlarmsNameTheirRegion: Rule = {
  name: 'edge-alarms-name-their-region',
  what: 'An alarm on a metric of CloudFront has the dimension Region=Global.',
  why: 'CloudWatch takes a metric with other dimensions for another metric. That one has no data, and the alarm stays green for ever.',
  source: [
    'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html',
    'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Dimension',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example({}), good },
    { bad: example({ Region: 'us-east-1' }), good },
  ],
};
