import type { JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import type { Resource, Template } from '../../template/template.ts';
import { findFunction } from '../functions.ts';
import { exampleStat } from './alarm-metrics.ts';
import { dimensionsOf, exampleAlarm, exampleMathAlarm, findAlarms, watches } from './alarms.ts';
import { exampleSubscription } from './edge-metrics-are-turned-on.ts';
import { canReach } from './math/reach.ts';

interface Entrance {
  readonly resource: Resource;
  readonly dimension: string;
  /** The resource that the dimension names, if not the API itself. */
  readonly named: Resource;
  /** One metric of each list must have an alarm. */
  readonly metrics: readonly (readonly string[])[];
}

/** `5XXError` is the name for REST APIs. */
const httpMetrics = [['5xx'], ['Latency', 'IntegrationLatency']];
const webSocketMetrics = [['ExecutionError', 'IntegrationError'], ['IntegrationLatency']];

function listEntrances(template: Template): readonly Entrance[] {
  const alarmsNotify = findAlarms(template).some(({ properties }) => properties.AlarmActions !== undefined);
  const own = (type: string, dimension: string, metrics: Entrance['metrics']) =>
    template.ofType(type).map((resource) => ({ resource, dimension, named: resource, metrics }));
  return [
    ...own('AWS::ApiGatewayV2::Api', 'ApiId', []).map((entrance) => ({
      ...entrance,
      metrics: entrance.resource.properties.ProtocolType === 'WEBSOCKET' ? webSocketMetrics : httpMetrics,
    })),
    ...(alarmsNotify
      ? own('AWS::CloudFront::Distribution', 'DistributionId', [['5xxErrorRate'], ['OriginLatency']])
      : []),
    ...template.ofType('AWS::Lambda::Url').flatMap((resource) => {
      const named = findFunction(template, resource.properties.TargetFunctionArn);
      const metrics = [['Url5xxCount'], ['UrlRequestLatency', 'Duration']];
      return named ? [{ resource, dimension: 'FunctionName', named, metrics }] : [];
    }),
  ];
}

function check(template: Template): Finding[] {
  const alarms = findAlarms(template).filter((alarm) => canReach(template, alarm));
  return listEntrances(template).flatMap(({ resource, dimension, named, metrics }) =>
    metrics
      .filter((names) => !alarms.some((alarm) => watches(alarm, names, dimension, named)))
      .map(([name]) => ({
        resource: resource.id,
        problem: `no alarm watches its metric ${name} (dimension ${dimension}), and no other metric shows that customers get errors, or wait. Add one`,
      })),
  );
}

const example = (...metrics: readonly string[]): JsonObject => exampleApi('HTTP', metrics);
const socket = (...metrics: readonly string[]): JsonObject => exampleApi('WEBSOCKET', metrics);

const exampleApi = (ProtocolType: string, metrics: readonly string[]): JsonObject => ({
  Resources: {
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'shop', ProtocolType } },
    ...Object.fromEntries(
      metrics.map((MetricName) => [
        `Alarm${MetricName}`,
        exampleAlarm({ Namespace: 'AWS/ApiGateway', MetricName, Dimensions: dimensionsOf({ ApiId: { Ref: 'Api' } }) }),
      ]),
    ),
  },
});

/** A share of all requests, where the expression may leave a metric out. */
const exampleShare = (Expression: string, Namespace = 'AWS/ApiGateway'): JsonObject => {
  const stat = (Id: string, MetricName: string) =>
    exampleStat(Id, { Namespace, MetricName, Dimensions: dimensionsOf({ ApiId: { Ref: 'Api' } }) });
  const Metrics = [stat('failed', '5xx'), stat('all', 'Count'), { Id: 'share', Expression }];
  const { Resources } = example('Latency');
  return { Resources: { ...(Resources as JsonObject), Share: exampleMathAlarm({ Metrics }) } };
};
const share = exampleShare('100 * failed / all');

const exampleEdge = (...metrics: readonly string[]): JsonObject => ({
  Resources: {
    Edge: { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig: { Enabled: true } } },
    Metrics: exampleSubscription,
    ...Object.fromEntries(
      metrics.map((MetricName) => [
        `Alarm${MetricName}`,
        exampleAlarm({
          Namespace: 'AWS/CloudFront',
          MetricName,
          Dimensions: dimensionsOf({ DistributionId: { Ref: 'Edge' }, Region: 'Global' }),
          AlarmActions: ['arn:aws:sns:us-east-1:123456789012:alarms'],
        }),
      ]),
    ),
  },
});

export const apisHaveAlarms: Rule = {
  name: 'apis-have-alarms',
  what: 'Each API and function URL has alarms on 5xx responses and on latency, and so has each CDN where alarms notify somebody.',
  why: 'A function that answers a failure with a 500 of its own has not failed for Lambda: its metric Errors stays 0 in a total outage.',
  source: [
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html',
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html',
    'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example('5xx'), good: example('5xx', 'Latency') },
    { bad: example('Latency'), good: example('5xx', 'Latency') },
    { bad: example('5XXError', 'Latency'), good: example('5xx', 'Latency') },
    { bad: socket('5xx', 'Latency'), good: socket('ExecutionError', 'IntegrationLatency') },
    { bad: exampleShare('100 * all / 2'), good: share },
    { bad: exampleShare('100 * failed / all', 'Shop/Api'), good: share },
    { bad: exampleEdge('5xxErrorRate'), good: exampleEdge('5xxErrorRate', 'OriginLatency') },
    { bad: exampleEdge('OriginLatency'), good: exampleEdge('5xxErrorRate', 'OriginLatency') },
  ],
};
