import { stringify } from 'yaml';
import { type AlarmRow, evaluationPeriods } from '../../stacks/model/operations/alarm-row.ts';
import type { MetricRow } from '../../stacks/model/operations/metrics.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { durationBuckets } from '../platform/metrics/series.ts';
import { type Query, toQuery } from './queries.ts';
import { stageAlarms } from './rules.ts';

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
/** Longer than any alarm takes. */
const steps = (25 * 60) / stepSeconds;

type Labels = Readonly<Record<string, string>>;
const input = (name: string, labels: Labels, values: string): InputSeries => ({
  series: `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(', ')}}`,
  values,
});
const flat = (value: number) => `${value}x${steps}`;
const rising = (perStep: number) => `0+${perStep}x${steps}`;

/** Series that are as far from a limit as `level` says: at 1 they reach it. */
function seriesAt(stage: Stage, query: Query, limit: number, level: 'healthy' | 'breaching'): InputSeries[] {
  const labels = { stage: stage.name, ...query.only, ...query.labels };
  // Sums of fractions of a step are not exact.
  const share = level === 'breaching' ? 1.1 : 0.9;
  switch (query.made) {
    case 'increase':
      return [input(query.series, labels, rising((limit * share * stepSeconds) / query.windowSeconds))];
    case 'maximum':
      return [input(query.series, labels, flat(level === 'breaching' ? limit : limit * share))];
    case 'p99':
      return [...durationBuckets, Number.POSITIVE_INFINITY].map((le) =>
        input(
          `${query.series}_bucket`,
          { ...labels, le: le === Number.POSITIVE_INFINITY ? '+Inf' : String(le) },
          (level === 'breaching' ? le > limit : le >= limit) ? rising(10) : flat(0),
        ),
      );
    case 'share':
      return [
        input(query.series, labels, rising(limit * share)),
        input(query.series, { ...labels, status: '2xx' }, rising(100 - limit * share)),
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
    const called = calls ? at(calls, 1, 'breaching') : [];
    return level === 'breaching' || !provisioned ? called : [...called, ...at(provisioned, 1, 'breaching')];
  }
  if (!firesBelow) return at(metric, threshold, level);
  const up = input('up', { stage: stage.name }, flat(1));
  return level === 'breaching' ? [up] : [up, ...at(metric, threshold, 'breaching')];
}

const firing = (seconds: number, names: readonly string[]): FiringTest => ({
  expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
  eval_time: `${seconds}s`,
  exp_samples: names.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
});

/** Breaches one alarm, and expects that it fires, at its time, and no other. */
function breach(stage: Stage, row: AlarmRow): TestGroup {
  const waits = (evaluationPeriods(row) - 1) * row.metric.periodSeconds;
  const early = waits > 0 ? [firing(waits - evaluationSeconds, [])] : [];
  return {
    name: `${row.name} fires`,
    interval: `${stepSeconds}s`,
    input_series: seriesOf(stage, row, 'breaching'),
    promql_expr_test: [...early, firing(waits + row.metric.periodSeconds + 2 * evaluationSeconds, [row.name])],
  };
}

/** A series that two alarms look at is healthy for the stricter one. */
function healthy(stage: Stage, rows: readonly AlarmRow[]): TestGroup {
  const series = new Map<string, string>();
  const byLimit = rows.toSorted((a, b) => b.threshold - a.threshold);
  for (const row of byLimit)
    for (const { series: name, values } of seriesOf(stage, row, 'healthy')) series.set(name, values);
  return {
    name: 'nothing fires on healthy series',
    interval: `${stepSeconds}s`,
    input_series: [...series].map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [5, 12, 24].map((minutes) => firing(minutes * 60, [])),
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
      tests: [healthy(stage, stageAlarms(stage)), ...rows.map((row) => breach(stage, row))],
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}
