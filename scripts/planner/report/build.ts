import { type Service, serviceNames } from '../../../stacks/model/services.ts';
import { type Assumption, assumptionNames, assumptions, ofEveryCloud } from '../model/assumptions.ts';
import type { Series } from '../model/flow.ts';
import { initSource } from '../model/functions/cold-starts.ts';
import type { ProcessorTime } from '../model/functions/durations.ts';
import type { Percentiles } from '../model/journeys.ts';
import { type Plan, planLoad, recommend } from '../model/plan.ts';
import { peakOf, type Run } from '../profile/load.ts';
import { type Cost, type PriceOptions, priceOf } from './price.ts';
import { findSensitivities, type Sensitivity } from './tornado.ts';
import { describeVerdict, findFailures } from './verdict.ts';
import { clockOf } from './words.ts';

export interface ElementRow {
  readonly run: string;
  readonly element: string;
  readonly peak: number;
  readonly limit: number;
  readonly unit: string;
  readonly use: number;
  readonly refusedShare: number;
  readonly reason: string;
  readonly since: string | null;
  readonly lastsSeconds: number;
}

export interface TimeRow {
  readonly run: string;
  readonly what: string;
  readonly times: Percentiles;
}

export interface PlanReport {
  readonly verdict: string;
  readonly holds: boolean;
  /** Violations of the budget. */
  readonly failures: readonly string[];
  readonly stage: string;
  readonly cloud: string;
  readonly seed: number;
  readonly peakOrdersPerSecond: number;
  readonly scenarios: readonly { readonly scale: number; readonly verdict: string }[];
  readonly elements: readonly ElementRow[];
  readonly times: readonly TimeRow[];
  readonly cost: Cost;
  readonly sensitivity: readonly Sensitivity[];
  readonly settings: readonly {
    readonly path: string;
    readonly file: string;
    readonly from: string;
    readonly to: string;
  }[];
  readonly settingsUsd: number | null;
  /** Violations of the budget that remain with all these settings. */
  readonly settingsFailures: readonly string[];
  readonly assumptions: readonly {
    readonly name: string;
    readonly value: number;
    readonly unit: string;
    readonly what: string;
    readonly source: string;
    readonly date: string;
    readonly mark: string;
  }[];
  readonly series: readonly { readonly run: string; readonly series: Series }[];
}

export interface ReportOptions extends PriceOptions {
  readonly sensitivity: boolean;
  readonly scales: readonly number[];
  readonly onStep: (text: string) => void;
}

/** A plan's report, as plain data. */
export function buildReport(plan: Plan, options: ReportOptions): PlanReport {
  const { stage, profile } = plan.scenario;
  const cost = priceOf(plan, options);
  const recommended = recommend(plan);
  const recommendedCost = priceOf(recommended.plan, options);
  const failures = findFailures(plan, cost);
  const verdict = describeVerdict(plan, options);
  return {
    ...{
      verdict,
      holds: failures.length === 0,
      failures,
      stage: stage.name,
      cloud: plan.scenario.elsewhere?.model.name ?? 'aws',
      seed: profile.seed,
    },
    peakOrdersPerSecond: Math.max(...plan.runs.map(({ result }) => peakOf(result.run.segments))),
    scenarios: options.scales.map((scale) => ({
      scale,
      verdict: scale === plan.scale ? verdict : describeVerdict(planLoad(plan.scenario, scale), options),
    })),
    elements: plan.elements.map(({ element, run }) => toRow(element, run)),
    times: plan.runs.flatMap(toTimes),
    cost,
    sensitivity: options.sensitivity
      ? findSensitivities(plan, options, (done, of) => options.onStep(`sensitivity ${done} of ${of}`))
      : [],
    settings: recommended.mends.map(({ path, file, from, to }) => ({ path, file, from, to })),
    settingsUsd: recommended.mends.length > 0 ? recommendedCost.bill.usd - cost.bill.usd : null,
    settingsFailures: findFailures(recommended.plan, recommendedCost),
    assumptions: listAssumptions(plan.scenario),
    series: plan.runs.map(({ result }) => ({ run: result.run.name, series: result.series })),
  };
}

function listAssumptions(scenario: Plan['scenario']): PlanReport['assumptions'] {
  const { constants, processor, measured, elsewhere } = scenario;
  const calibration = elsewhere?.calibration ?? scenario.calibration;
  const own = Object.entries(elsewhere?.model.assumptions ?? {});
  const unmeasured = serviceNames.filter((service) => (measured[service] ?? []).length === 0);
  return [
    ...own.map(([name, row]) => withValue(name, row, elsewhere?.constants[name])),
    ...assumptionNames
      .filter((name) => !elsewhere || ofEveryCloud.has(name))
      .map((name) => withValue(name, assumptions[name], constants[name])),
    ...unmeasured.map((service) => toProcessorRow(service, processor[service])),
    ...(elsewhere
      ? []
      : [{ name: 'initDuration', value: 125.4, unit: 'ms at p50', what: 'start of an environment', ...initSource }]),
    {
      ...{ name: 'callsPerOrder', value: 1, unit: 'run', what: 'reads, writes and messages by step' },
      ...calibration.source,
    },
  ];
}

/** The source does not apply to a value that the profile changed. */
function withValue(name: string, row: Assumption, value = row.value): PlanReport['assumptions'][number] {
  if (value === row.value) return { name, ...row };
  return { ...row, ...{ name, value, mark: 'profile', date: '', source: `the profile, instead of ${row.value}` } };
}

const toProcessorRow = (service: Service, { perCallMs, perOrderMs }: ProcessorTime) => ({
  ...{ name: `processor.${service}`, value: perCallMs, unit: 'ms of one core' },
  what: `a call of ${service}${perOrderMs > 0 ? `, and ${perOrderMs} ms for each of its orders` : ''}`,
  ...{ source: 'guessed until --measured FILE', date: '2026-11', mark: 'guessed' },
});

function toRow(element: Plan['elements'][number]['element'], run: Run): ElementRow {
  const { id, peak, limit, unit, use, offered, refused, reason, since, until } = element;
  return {
    ...{ run: run.name, element: id, peak, limit, unit, use, refusedShare: offered > 0 ? refused / offered : 0 },
    reason: since === null ? '' : reason,
    since: since === null ? null : clockOf(run, since),
    lastsSeconds: since === null ? 0 : (until ?? since) - since,
  };
}

function toTimes({ result: { run }, journeys }: Plan['runs'][number]): TimeRow[] {
  const rows = [
    { run: run.name, what: 'click to accepted', times: journeys.accept },
    { run: run.name, what: 'click to confirmed', times: journeys.confirm },
  ];
  return journeys.fulfil ? [...rows, { run: run.name, what: 'click to fulfilled', times: journeys.fulfil }] : rows;
}
