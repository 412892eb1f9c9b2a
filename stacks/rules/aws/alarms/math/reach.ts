import { toNumber } from '../../../template/numbers.ts';
import type { Resource, Template } from '../../../template/template.ts';
import { listQueries, type Query, type WatchedMetric } from '../alarm-metrics.ts';
import { evaluate } from './evaluate.ts';
import { anything, notNegative, type Range, union } from './range.ts';

const percentages = /^(\dxx|\d{3}|Total)ErrorRate$|^CacheHitRate$/;

/** Metrics of AWS count or measure, so they are not negative; those of others may be. */
function toRange({ namespace, name, statistic }: WatchedMetric): Range {
  if (!namespace.startsWith('AWS/')) return anything;
  const isShare = namespace === 'AWS/CloudFront' && percentages.test(name);
  return isShare && !/^(Sum|SampleCount)$/i.test(statistic) ? { low: 0, high: 100 } : notNegative;
}

/** All values that an alarm may compare with its threshold. */
export function rangeOf(alarm: Resource): Range {
  const queries = listQueries(alarm);
  const of = (query: Query, path: readonly string[]): Range => {
    const { metric, expression } = query;
    if (metric) return toRange(metric);
    if (expression === undefined || path.includes(query.id)) return anything;
    return evaluate(expression, (id) => {
      if (id === 'METRICS') return union(...queries.flatMap((one) => (one.metric ? [toRange(one.metric)] : [])));
      const named = queries.find((one) => one.id === id);
      return named && of(named, [...path, query.id]);
    });
  };
  const returned = queries.filter(({ isReturned }) => isReturned);
  const [only] = returned;
  return only && returned.length === 1 ? of(only, []) : anything;
}

/** Whether an alarm may ever fire: by a value, or by the lack of one. True if only a deploy knows. */
export function canReach(template: Template, alarm: Resource): boolean {
  const { Threshold, ComparisonOperator, TreatMissingData } = alarm.properties;
  const threshold = toNumber(template, Threshold);
  if (threshold === undefined || TreatMissingData === 'breaching') return true;
  const { low, high } = rangeOf(alarm);
  switch (ComparisonOperator) {
    case 'GreaterThanThreshold':
      return high > threshold;
    case 'GreaterThanOrEqualToThreshold':
      return high >= threshold;
    case 'LessThanThreshold':
      return low < threshold;
    case 'LessThanOrEqualToThreshold':
      return low <= threshold;
    default:
      return true;
  }
}
