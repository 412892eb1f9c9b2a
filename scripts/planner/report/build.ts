import { type Service, serviceNames } from '../../../stacks/model/services.ts';
import { assumptionNames, assumptions, ofEveryCloud } from '../model/assumptions.ts';
import type { Series } from '../model/flow.ts';
import { initSource } from '../model/functions/cold-starts.ts';
import type { ProcessorTime } from '../model/functions/durations.ts';
import type { Percentiles } from '../model/journeys.ts';
import { isMend, nextLimit, type Plan, type Problem, planLoad, recommend } from '../model/plan.ts';
import { peakOf, type Run } from '../profile/load.ts';
import { type Cost, type PriceOptions, priceOf } from './price.ts';
import { findSensitivities, type Sensitivity } from './tornado.ts';
import { clockOf, dollars, number, percent, seconds } from './words.ts';

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
  /** What breaks the budget. */
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

/** Everything that a plan says, as plain data. */
export function buildReport(plan: Plan, options: ReportOptions): PlanReport {
  const { stage, profile } = plan.scenario;
  const cost = priceOf(plan, options);
  const recommended = recommend(plan);
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
    settingsUsd: recommended.mends.length > 0 ? priceOf(recommended.plan, options).bill.usd - cost.bill.usd : null,
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
    ...own.map(([name, row]) => ({ name, ...row, value: elsewhere?.constants[name] ?? row.value })),
    ...assumptionNames
      .filter((name) => !elsewhere || ofEveryCloud.has(name))
      .map((name) => ({ name, ...assumptions[name], value: constants[name] })),
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

/** The first bottleneck with the setting that mends it, or the next one. */
export function describeVerdict(plan: Plan, options: PriceOptions): string {
  const [first] = plan.problems;
  const peak = Math.max(...plan.runs.map(({ result }) => peakOf(result.run.segments)));
  if (first) return describeProblem(first, plan, options);
  const next = nextLimit(plan);
  const worst = Math.max(...plan.runs.map(({ journeys }) => journeys.confirm.p99));
  const after = next
    ? ` Next limit: ${next.element.id}, at ${percent(next.element.use)} of ${number(next.element.limit)} ${next.element.unit} in its busiest second.`
    : '';
  return `${plan.scenario.stage.name} carries ${number(peak)} orders/s; 99 % are confirmed within ${seconds(worst)}.${after}`;
}

function describeProblem({ element, run, share, mend }: Problem, plan: Plan, options: PriceOptions): string {
  const at = clockOf(run, element.since ?? 0);
  const refused = share > 0 ? `, ${percent(share)} refused` : '';
  const begin = `${at} ${element.id}: ${element.reason}${refused}; peak ${number(element.peak)}, limit ${number(element.limit)} ${element.unit}.`;
  if (!isMend(mend)) return `${begin} ${mend.text}.`;
  const found = recommend(plan);
  const final = found.mends.find(({ path }) => path === mend.path) ?? mend;
  const usd =
    priceOf(planLoad({ ...plan.scenario, ...final.apply(plan.scenario) }, plan.scale), options).bill.usd -
    priceOf(plan, options).bill.usd;
  return `${begin} Setting: ${mend.path} = ${mend.from} (${mend.file}); ${final.to} would hold, ${dollars(usd, true)} a month.`;
}

/** What breaks the profile's budget. */
export function findFailures(plan: Plan, cost: Cost): string[] {
  const { budget } = plan.scenario.profile;
  const worst = (of: (journeys: Plan['runs'][number]['journeys']) => number) =>
    Math.max(0, ...plan.runs.map(({ journeys }) => of(journeys)));
  const over = (what: string, value: number | null, limit: number | undefined, show: (value: number) => string) =>
    limit === undefined || value === null || value <= limit ? [] : [`${what} ${show(value)}, budget ${show(limit)}`];
  return [
    ...plan.problems.map(({ element, run, share }) =>
      share > 0
        ? `${element.id}: ${percent(share)} refused in ${run.name}, budget ${percent(budget.throttledShare)}`
        : `${element.id}: ${element.reason} in ${run.name}`,
    ),
    ...over(
      'p99 click to accepted',
      worst(({ accept }) => accept.p99),
      budget.p99AcceptSeconds,
      seconds,
    ),
    ...over(
      'p99 click to confirmed',
      worst(({ confirm }) => confirm.p99),
      budget.p99ConfirmSeconds,
      seconds,
    ),
    ...over(
      'p99 click to fulfilled',
      worst(({ fulfil }) => fulfil?.p99 ?? 0),
      budget.p99FulfilSeconds,
      seconds,
    ),
    ...over('bill of the month', cost.bill.usd, budget.usdPerMonth, dollars),
    ...over('1,000 orders', cost.usdPer1000Orders, budget.usdPer1000Orders, dollars),
  ];
}
