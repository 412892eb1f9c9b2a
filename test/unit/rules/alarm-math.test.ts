import { expect, test } from 'vitest';
import { readTerraformStack } from '../../../scripts/rules/read-terraform-stack.ts';
import { evaluate } from '../../../stacks/rules/aws/alarms/math/evaluate.ts';
import type { Range } from '../../../stacks/rules/aws/alarms/math/range.ts';
import { checkTemplate } from '../../../stacks/rules/rule.ts';
import { rules } from '../../../stacks/rules/rules.ts';
import { ref } from '../../../stacks/rules/template/ref.ts';

const ids: Readonly<Record<string, Range>> = {
  count: { low: 0, high: Number.POSITIVE_INFINITY },
  share: { low: 0, high: 100 },
  any: { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
  METRICS: { low: 0, high: 100 },
};
const most = Number.POSITIVE_INFINITY;

test.each<[string, number, number]>([
  ['1 + 2 * 3', 7, 7],
  ['(1 + 2) * 3 - 4 / 2', 7, 7],
  ['-share', -100, 0],
  ['count * 0', 0, 0],
  ['100 * count / count', 0, most],
  ['share / 100', 0, 1],
  ['share - 100', -100, 0],
  ['1e3 - share', 900, 1000],
  ['count < 0', 0, 0],
  ['share <= 100', 1, 1],
  ['share == 50', 0, 1],
  ['count >= 0 && share > 100', 0, 0],
  ['count < 0 OR share > 99', 0, 1],
  ['IF(count > 5, 1, 0)', 0, 1],
  ['IF(count < 0, 50, share)', 0, 100],
  ['FILL(share, 200)', 0, 200],
  ['FILL(share, REPEAT)', 0, 100],
  ['SUM([share, count])', 0, most],
  ['SUM(METRICS())', 0, most],
  ['MAX(METRICS("s"))', 0, 100],
  ['AVG([share, 200])', 0, 200],
  ['CEIL(share / 3)', 0, 34],
  ['ABS(share - 20)', 0, 80],
  ['RATE(count)', Number.NEGATIVE_INFINITY, most],
  ['unknown + 1', Number.NEGATIVE_INFINITY, most],
  ['SELECT MAX(x) FROM y', Number.NEGATIVE_INFINITY, most],
  ['count +', Number.NEGATIVE_INFINITY, most],
])('%s is from %d to %d', (expression, low, high) => {
  const range = evaluate(expression, (id) => ids[id]);
  expect([range.low + 0, range.high + 0]).toEqual([low, high]);
});

const toFile = (expression: string, namespace = 'AWS/ApiGateway') => {
  const metric = (metric_name: string) => ({
    namespace,
    metric_name,
    period: 60,
    stat: 'Sum',
    dimensions: { ApiId: ref('aws_apigatewayv2_api.shop.id') },
  });
  const alarm = (metric_name: string, own: string) => ({
    evaluation_periods: 1,
    comparison_operator: 'GreaterThanThreshold',
    threshold: 5,
    metric_query: [
      { id: 'failed', metric: [metric(metric_name)] },
      { id: 'value', expression: own, return_data: true },
    ],
  });
  return {
    resource: {
      aws_apigatewayv2_api: { shop: { name: 'shop', protocol_type: 'HTTP' } },
      aws_cloudwatch_metric_alarm: { slow: alarm('Latency', 'failed / 60'), failed: alarm('5xx', expression) },
    },
  };
};

test.each<[string, string[]]>([
  ['failed / 60', []],
  ['IF(failed > 5, 1, 0)', ['alarm-thresholds-can-be-reached', 'apis-have-alarms']],
  ['7', ['apis-have-alarms']],
])('an API whose alarm by Terraform compares %s breaks %j', (expression, expected) => {
  const found = checkTemplate(readTerraformStack(toFile(expression)), rules).map(({ rule }) => rule);
  expect(found.toSorted()).toEqual(expected);
});

test('a metric of the same name in another namespace watches nothing', () => {
  const found = checkTemplate(readTerraformStack(toFile('failed / 60', 'Shop')), rules).map(({ rule }) => rule);
  expect(found).toEqual(['apis-have-alarms', 'apis-have-alarms']);
});
