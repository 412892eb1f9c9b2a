import type { Report, Section } from '../../report/report.ts';
import type { BillLine } from '../types.ts';
import type { PlanReport } from './build.ts';
import { describeGuessed } from './price.ts';
import { dollars, number, percent, seconds } from './words.ts';

const shownSensitivities = 10;

/** The sections of the report, in reading order. */
export function toSections(report: PlanReport, isWhole: boolean): Section[] {
  return [
    scenarioSection(report),
    ...(isWhole ? report.series.map(chartSection) : []),
    elementSection(report, isWhole),
    timeSection(report),
    costSection(report, isWhole),
    ...(report.sensitivity.length > 0 ? [sensitivitySection(report)] : []),
    settingSection(report),
    assumptionSection(report, isWhole),
  ];
}

const scenarioSection = ({ scenarios, peakOrdersPerSecond }: PlanReport): Section => ({
  title: 'Scenarios',
  table: {
    head: ['load', 'orders/s', 'verdict'],
    rows: scenarios.map(({ scale, verdict }) => [`x ${scale}`, number(peakOrdersPerSecond * scale), verdict]),
  },
});

/** The terminal's table omits elements below this use. */
const shownUse = 0.05;

function elementSection({ elements }: PlanReport, isWhole: boolean): Section {
  const shown = isWhole ? elements : elements.filter(({ use, since }) => use >= shownUse || since !== null);
  return {
    title: 'Elements',
    table: {
      head: ['element', 'run', 'peak', 'limit', 'unit', 'use', 'refused', 'since', 'for', 'reason'],
      rows: shown.map((row) => [
        ...[row.element, row.run, number(row.peak), number(row.limit), row.unit, percent(row.use)],
        ...[row.refusedShare > 0 ? percent(row.refusedShare) : '', row.since ?? ''],
        ...[row.since === null ? '' : seconds(row.lastsSeconds), row.reason],
      ]),
    },
  };
}

const timeSection = ({ times }: PlanReport): Section => ({
  title: 'Times of a customer',
  table: {
    head: ['', 'run', 'p50', 'p95', 'p99', 'max'],
    rows: times.map(({ run, what, times: { p50, p95, p99, max } }) => [
      what,
      run,
      ...[p50, p95, p99, max].map(seconds),
    ]),
  },
});

/** The terminal's table combines cheaper lines into one. */
const shownUsd = 0.5;

function costSection({ cost }: PlanReport, isWhole: boolean): Section {
  const { bill, orders, usdPer1000Orders, guessedUsd } = cost;
  const lines = bill.lines.toSorted((a, b) => b.usd - a.usd);
  const shown = isWhole ? lines : lines.filter(({ usd }) => usd >= shownUsd);
  const rest = lines.filter((line) => !shown.includes(line));
  const row = (what: string, usd: number, kind = '') => [what, '', '', kind, '', dollars(usd)];
  const sumOf = (some: readonly BillLine[]) => some.reduce((sum, { usd }) => sum + usd, 0);
  return {
    title: `Cost of the month, ${bill.region}`,
    table: {
      head: ['service', 'quantity', 'unit', '', 'price', 'USD'],
      rows: [
        ...shown.map(toCostRow),
        ...(rest.length > 0 ? [row(`${rest.length} more`, sumOf(rest))] : []),
        row('nobody comes', bill.fixedUsd, 'fixed'),
        row(`1,000 of ${number(orders)} orders`, usdPer1000Orders ?? 0, 'variable'),
        row('total', bill.usd),
        ...(guessedUsd > 0 ? [['of it at guessed prices', '', '', '', 'guessed', describeGuessed(cost)]] : []),
      ],
    },
  };
}

function toCostRow({ service, item, quantity, unit, usd, fixed, source: { mark } }: BillLine): string[] {
  const kind = fixed ? 'fixed' : 'variable';
  // Shows the mark only if a value needs a check.
  return [`${service}: ${item}`, number(quantity), unit, kind, mark === 'documented' ? '' : mark, dollars(usd)];
}

const sensitivitySection = ({ sensitivity }: PlanReport): Section => ({
  title: 'Sensitivity: each number 30 % lower and higher',
  table: {
    head: ['number', 'p99 confirmed -30 %', '+30 %', 'USD -30 %', '+30 %', 'bottleneck'],
    rows: sensitivity
      .slice(0, shownSensitivities)
      .map(({ name, confirm, usd, bottleneck }) => [
        name,
        ...confirm.map((change) => `${change > 0 ? '+' : ''}${number(change)} s`),
        ...usd.map((change) => dollars(change, true)),
        bottleneck[0] === bottleneck[1] ? bottleneck[0] : bottleneck.join(' / '),
      ]),
  },
});

function settingSection({ settings, settingsUsd, settingsFailures }: PlanReport): Section {
  if (settings.length === 0) return { title: 'Settings', notes: ['No setting has to change.'] };
  const notes = settings.flatMap(({ path, file, from, to }) => [
    `  ${file}`,
    `  - ${path}: ${from}`,
    `  + ${path}: ${to}`,
  ]);
  const remaining = settingsFailures.map((failure) => `  remains: ${failure}`);
  return {
    title: remaining.length === 0 ? 'Settings that would hold' : 'Settings that help, but are not enough',
    notes: [...notes, `  ${dollars(settingsUsd ?? 0, true)} a month`, ...remaining],
  };
}

/** Keeps small values precise: three decimals would show a tenth of a millisecond as 0. */
const exact = (value: number): string => (value < 0.01 ? String(Number(value.toPrecision(3))) : number(value));

const assumptionSection = ({ assumptions }: PlanReport, isWhole: boolean): Section => ({
  title: 'Assumptions',
  table: {
    head: isWhole ? ['name', 'value', 'unit', 'what', 'mark', 'date', 'source'] : ['name', 'value', 'mark', 'source'],
    rows: assumptions.map(({ name, value, unit, what, mark, date, source }) =>
      isWhole ? [name, exact(value), unit, what, mark, date, source] : [name, `${exact(value)} ${unit}`, mark, source],
    ),
  },
});

function chartSection({ run, series }: PlanReport['series'][number]): Section {
  const line = (name: string, values: readonly number[]) => ({
    name,
    points: series.seconds.map((at, index) => [at, Number((values[index] ?? 0).toPrecision(4))] as const),
  });
  return {
    title: `Over time: ${run}`,
    charts: [
      {
        title: `Orders: ${run}`,
        unit: 'per second',
        lines: [line('accepted', series.orders), line('settled', series.settled), line('refused', series.refused)],
      },
      {
        title: `Queues: ${run}`,
        unit: 'messages',
        lines: [line('order requests', series.queue), line('fulfilment requests', series.fulfilmentQueue)],
      },
      { title: `Environments: ${run}`, unit: 'environments', lines: [line('held', series.environments)] },
    ],
  };
}

/** Report for the HTML page. */
export function toPageReport(report: PlanReport): Report {
  return {
    title: `Plan of ${report.stage} on ${report.cloud}`,
    about: `Up to ${number(report.peakOrdersPerSecond)} orders a second, seed ${report.seed}. How far to trust it: docs/planning.md.`,
    success: report.verdict,
    failures: report.failures.length > 0 ? [report.verdict, ...report.failures] : [],
    sections: toSections(report, true),
  };
}
