import type { JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import type { Template } from '../../template/template.ts';
import { dimensionsOf, exampleAlarm, findAlarms, findWatched } from './alarms.ts';

/** Metrics that CloudFront reports only for distributions with additional metrics turned on. */
const additional = [
  ...['OriginLatency', 'CacheHitRate', '401ErrorRate', '403ErrorRate', '404ErrorRate'],
  ...['502ErrorRate', '503ErrorRate', '504ErrorRate'],
];

function check(template: Template): Finding[] {
  const subscribed = template
    .ofType('AWS::CloudFront::MonitoringSubscription')
    .filter(({ properties }) => JSON.stringify(properties.MonitoringSubscription ?? '').includes('"Enabled"'))
    .flatMap(({ properties }) => template.referredBy(properties.DistributionId));
  const silent = template.ofType('AWS::CloudFront::Distribution').filter((edge) => !subscribed.includes(edge));
  return findAlarms(template).flatMap((alarm) => {
    const [metric] = silent.flatMap((edge) => findWatched(alarm, additional, 'DistributionId', edge) ?? []);
    if (!metric) return [];
    const problem = `CloudFront does not report ${metric.name} for its distribution: the alarm never has data. Add an AWS::CloudFront::MonitoringSubscription`;
    return [{ resource: alarm.id, problem }];
  });
}

/** A monitoring subscription for a distribution `Edge`. */
export const exampleSubscription: JsonObject = {
  Type: 'AWS::CloudFront::MonitoringSubscription',
  Properties: {
    DistributionId: { Ref: 'Edge' },
    MonitoringSubscription: { RealtimeMetricsSubscriptionConfig: { RealtimeMetricsSubscriptionStatus: 'Enabled' } },
  },
};

const example = (more: JsonObject): JsonObject => ({
  Resources: {
    Edge: { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig: { Enabled: true } } },
    Alarm: exampleAlarm({
      Namespace: 'AWS/CloudFront',
      MetricName: 'OriginLatency',
      Dimensions: dimensionsOf({ DistributionId: { Ref: 'Edge' }, Region: 'Global' }),
    }),
    ...more,
  },
});

export const edgeMetricsAreTurnedOn: Rule = {
  name: 'edge-metrics-are-turned-on',
  what: 'A distribution whose latency, hit rate or single status code has an alarm has its additional metrics turned on.',
  why: 'CloudFront reports these metrics only to distributions that pay for them. The alarm is accepted, has no data, and stays green for ever.',
  source: [
    'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html',
    'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewing-cloudfront-metrics.html#monitoring-console.distributions-additional',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example({}), good: example({ Metrics: exampleSubscription }) },
    {
      bad: example({ Metrics: JSON.parse(JSON.stringify(exampleSubscription).replace('"Enabled"', '"Disabled"')) }),
      good: example({ Metrics: exampleSubscription }),
    },
  ],
};
