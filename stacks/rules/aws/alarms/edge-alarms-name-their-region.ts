import type { JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Template, toText } from '../../template/template.ts';
import { exampleStat, metricsOf, type WatchedMetric } from './alarm-metrics.ts';
import { dimensionsOf, exampleAlarm, exampleMathAlarm, findAlarms } from './alarms.ts';
import { exampleSubscription } from './edge-metrics-are-turned-on.ts';

const check = (template: Template): Finding[] =>
  findAlarms(template)
    .filter((alarm) => metricsOf(alarm).some((metric) => metric.namespace === 'AWS/CloudFront' && !isGlobal(metric)))
    .map(({ id }) => ({
      resource: id,
      problem:
        "it lacks the dimension Region with the value Global, which all of CloudFront's metrics have: the alarm never has data. Add it",
    }));

const isGlobal = ({ dimensions }: WatchedMetric): boolean =>
  dimensions.some(({ Name, Value }) => Name === 'Region' && toText(Value) === 'Global');

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

/** The share of errors as a fraction. */
const math = (more: Readonly<Record<string, string>>): JsonObject => {
  const Dimensions = dimensionsOf({ DistributionId: { Ref: 'Edge' }, ...more });
  const metric = { Namespace: 'AWS/CloudFront', MetricName: '5xxErrorRate', Dimensions };
  const Metrics = [exampleStat('rate', metric), { Id: 'share', Expression: 'rate / 100' }];
  return { Resources: { ...(good.Resources as JsonObject), Alarm: exampleMathAlarm({ Metrics }) } };
};

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
    { bad: math({}), good: math({ Region: 'Global' }) },
  ],
};
