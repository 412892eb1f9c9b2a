import { stringify } from 'yaml';
import { type AlarmRow, evaluationPeriods } from '../../stacks/model/operations/alarm-row.ts';
import type { MetricRow } from '../../stacks/model/operations/metrics.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { durationBuckets } from '../platform/metrics/series.ts';
import { type Query, toQuery } from './queries.ts';
import { metricsOf, stageAlarms } from './rules.ts';

interface InputSeries {
  readonly series: string;
  readonly values: string;
}

interface FiringTest {
  readonly expr: string;
  readonly eval_time: string;
  readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
}

interface TestGroup {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly InputSeries[];
  readonly promql_expr_test: readonly FiringTest[];
}

const stepSeconds = 15;
const evaluationSeconds = 2 * stepSeconds;
/** Longer than any alarm takes to fire. */
const steps = (20 * 60) / stepSeconds;

type Labels = Readonly<Record<string, string>>;
const input = (name: string, labels: Labels, values: string): InputSeries => ({
  series: `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(', ')}}`,
  values,
});
const flat = (value: number) => `${value}x${steps}`;
const rising = (perStep: number) => `0+${perStep}x${steps}`;
/** Delays the values, so that a condition holds from the end of its first period on, and not before. */
const after = (seconds: number, values: string) => `${'_ '.repeat(seconds / stepSeconds)}${values}`;

/** Series 2 % beyond the limit, or 2 % within it. */
function seriesAt(stage: Stage, query: Query, limit: number, level: 'healthy' | 'breaching'): InputSeries[] {
  const labels = { stage: stage.name, ...query.only, ...query.labels };
  // A margin, because sums of fractions of a step are not exact.
  const share = level === 'breaching' ? 1.02 : 0.98;
  const period = query.windowSeconds;
  // A rate has no value before its second sample.
  const rate = (perStep: number) => after(period - stepSeconds, rising(perStep));
  switch (query.made) {
    case 'increase':
      return [input(query.series, labels, rising((limit * share * stepSeconds) / period))];
    case 'maximum':
      return [input(query.series, labels, after(period, flat(level === 'breaching' ? limit : limit * share)))];
    case 'p99':
      return [...durationBuckets, Number.POSITIVE_INFINITY].map((le) => {
        const holds = level === 'breaching' ? le > limit : le >= limit;
        const bucket = { ...labels, le: le === Number.POSITIVE_INFINITY ? '+Inf' : String(le) };
        return input(`${query.series}_bucket`, bucket, rate(holds ? 10 : 0));
      });
    case 'share':
      return [
        input(query.series, labels, rate(limit * share)),
        input(query.series, { ...labels, status: '2xx' }, rate(100 - limit * share)),
      ];
  }
}

function seriesOf(stage: Stage, row: AlarmRow, level: 'healthy' | 'breaching'): InputSeries[] {
  const { metric, threshold, firesBelow } = row;
  const at = (one: MetricRow, limit: number, how: typeof level) => {
    const query = toQuery(stage.name, one);
    return seriesAt(stage, query, limit * query.factor, how);
  };
  if ('expression' in metric) {
    const { calls, provisioned } = metric.metrics;
    const called = (calls ? at(calls, 1, 'breaching') : []).map(({ series, values }) => ({
      series,
      values: after(metric.periodSeconds - stepSeconds, values),
    }));
    return level === 'breaching' || !provisioned ? called : [...called, ...at(provisioned, 1, 'breaching')];
  }
  if (!firesBelow) return at(metric, threshold, level);
  const up = input('up', { stage: stage.name }, after(metric.periodSeconds, flat(1)));
  return level === 'breaching' ? [up] : [up, ...at(metric, threshold, 'breaching')];
}

const firing = (seconds: number, names: readonly string[]): FiringTest => ({
  expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
  eval_time: `${seconds}s`,
  exp_samples: names.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
});

interface Times {
  readonly wait: number;
  readonly period: number;
}

const waitOf = (row: AlarmRow): number => (evaluationPeriods(row) - 1) * row.metric.periodSeconds;

/** Breaches alarms, and expects exactly these to fire, at the expected time. */
function breach(stage: Stage, rows: readonly AlarmRow[], { wait, period }: Times): TestGroup {
  const names = rows.map(({ name }) => name);
  // They breach from the end of the first period on.
  const due = period + wait;
  const breaching = rows.flatMap((row) => seriesOf(stage, row, 'breaching'));
  const present = new Set(breaching.map(({ series }) => series));
  const others = othersWithoutData(stage, rows).filter(({ series }) => !present.has(series));
  return {
    name: `${names.join(', ')}: these fire`,
    interval: `${stepSeconds}s`,
    input_series: [...breaching, ...others],
    promql_expr_test: [firing(due - evaluationSeconds, []), firing(due + evaluationSeconds, names)],
  };
}

/** Healthy series for the other alarms that fire without data, because those would fire, too. */
function othersWithoutData(stage: Stage, rows: readonly AlarmRow[]): InputSeries[] {
  if (!rows.some(({ firesBelow }) => firesBelow)) return [];
  const others = stageAlarms(stage).filter(
    ({ name, firesBelow }) => firesBelow && !rows.some((row) => row.name === name),
  );
  return others.flatMap((row) => seriesOf(stage, row, 'healthy'));
}

/**
 * Alarms on the same recording, such as the errors of two functions, are in different groups: neither may fire for the
 * other.
 */
function breaches(stage: Stage, rows: readonly AlarmRow[]): TestGroup[] {
  const groups: (Times & { readonly taken: Set<string>; readonly rows: AlarmRow[] })[] = [];
  for (const row of rows) {
    const numbers = metricsOf(row.metric).map((metric) => toQuery(stage.name, metric).recording.record);
    const [wait, period] = [waitOf(row), row.metric.periodSeconds];
    const fits = groups.find(
      (one) => one.wait === wait && one.period === period && !numbers.some((number) => one.taken.has(number)),
    );
    const group = fits ?? { wait, period, taken: new Set(), rows: [] };
    if (!fits) groups.push(group);
    group.rows.push(row);
    for (const number of numbers) group.taken.add(number);
  }
  return groups.map((group) => breach(stage, group.rows, group));
}

/** A series shared by two alarms is healthy for the stricter one. */
function healthy(stage: Stage, rows: readonly AlarmRow[]): TestGroup {
  const series = new Map<string, string>();
  const byLimit = rows.toSorted((a, b) => b.threshold - a.threshold);
  for (const row of byLimit)
    for (const { series: name, values } of seriesOf(stage, row, 'healthy')) series.set(name, values);
  return {
    name: 'nothing fires on healthy series',
    interval: `${stepSeconds}s`,
    input_series: [...series].map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [3, 17].map((minutes) => firing(minutes * 60, [])),
  };
}

export interface RuleTestOptions {
  /** The rule files, as promtool finds them. */
  readonly files: readonly string[];
  /** The alarms that are breached; default: all of the stage. */
  readonly rows?: readonly AlarmRow[];
}

/** Unit tests of a stage's alerts, for promtool. */
export function ruleTests(stage: Stage, { files, rows = stageAlarms(stage) }: RuleTestOptions): string {
  return stringify(
    {
      rule_files: files,
      evaluation_interval: `${evaluationSeconds}s`,
      tests: [healthy(stage, stageAlarms(stage)), ...breaches(stage, rows)],
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}
