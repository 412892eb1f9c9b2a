import { type Json, type JsonObject, toList, toObject } from '../../../model/json.ts';
import { type Resource, toText } from '../../template/template.ts';

export interface WatchedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly JsonObject[];
  readonly period: Json | undefined;
  readonly statistic: string;
}

/** A metric of an alarm, or an expression that names others by their ids. */
export interface Query {
  readonly id: string;
  readonly isReturned: boolean;
  readonly expression: string | undefined;
  readonly metric: WatchedMetric | undefined;
}

/** What an alarm reads: one metric, or the entries of its `Metrics`. */
export function listQueries({ properties }: Resource): readonly Query[] {
  if (properties.Metrics === undefined) {
    const { Period, Statistic, ExtendedStatistic } = properties;
    const metric = toMetric(properties, Period, Statistic ?? ExtendedStatistic);
    return [{ id: '', isReturned: true, expression: undefined, metric }];
  }
  return toList(properties.Metrics).map(toObject).map(toQuery);
}

function toQuery({ Id, ReturnData, Expression, MetricStat }: JsonObject): Query {
  const { Metric, Period, Stat } = toObject(MetricStat);
  return {
    id: toText(Id),
    isReturned: String(ReturnData ?? true) !== 'false',
    expression: Expression === undefined ? undefined : toText(Expression),
    metric: Metric === undefined ? undefined : toMetric(toObject(Metric), Period, Stat),
  };
}

const toMetric = (
  { Namespace, MetricName, Dimensions }: JsonObject,
  period: Json | undefined,
  statistic: Json | undefined,
): WatchedMetric => ({
  namespace: toText(Namespace),
  name: toText(MetricName),
  dimensions: toList(Dimensions).map(toObject),
  period,
  statistic: toText(statistic),
});

/** The metrics on which the value that an alarm compares depends, directly or by other expressions. */
export function metricsOf(alarm: Resource): readonly WatchedMetric[] {
  const queries = listQueries(alarm);
  const needed = new Set<Query>();
  const waiting = queries.filter(({ isReturned }) => isReturned);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (needed.has(next)) continue;
    needed.add(next);
    waiting.push(...namedBy(next, queries));
  }
  return [...needed].flatMap(({ metric }) => metric ?? []);
}

function namedBy({ expression = '' }: Query, queries: readonly Query[]): readonly Query[] {
  const words = new Set(expression.replaceAll(/'[^']*'|"[^"]*"/g, '').match(/[A-Za-z_]\w*/g));
  return queries.filter(({ id, metric }) => words.has(id) || (words.has('METRICS') && metric !== undefined));
}

/** The longest period that an alarm reads. */
export const periodOf = (alarm: Resource): Json | undefined =>
  metricsOf(alarm)
    .map(({ period }) => period)
    .toSorted((a, b) => Number(b) - Number(a))[0];

/** An entry of `Metrics` for examples. */
export const exampleStat = (Id: string, metric: JsonObject, ReturnData = false): JsonObject => ({
  Id,
  ReturnData,
  MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' },
});
