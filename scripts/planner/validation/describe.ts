import { table } from '../../report/table.ts';
import { findCloud, planClouds } from '../clouds/clouds.ts';
import type { Check } from './check.ts';
import { type Listed, listedOfAws } from './listed.ts';
import { validate } from './validate.ts';
import { describeScore } from './validation-table.ts';

const shown = (value: number) => String(Number(value.toPrecision(4)));

/** What is published about each cloud, beside the model. */
export async function describeValidation(): Promise<{ text: string; holds: boolean }> {
  const checks = validate();
  const listed = [...listedOfAws];
  for (const name of planClouds) {
    const published = (await findCloud(name))?.published;
    if (!published) continue;
    checks.push(...published.checks().map((one) => ({ ...one, set: `${name}: ${one.set}` })));
    listed.push(...published.listed.map((one) => ({ ...one, set: `${name}: ${one.set}` })));
  }
  return describeChecks(checks, listed);
}

/** The checks as a table, with the verdict first and last. */
export function describeChecks(checks: readonly Check[], listed: readonly Listed[]): { text: string; holds: boolean } {
  const missed = checks.filter(({ outcome }) => outcome === 'missed');
  const sources = [...new Set(checks.map(({ set, source }) => `${set}: ${source}`))];
  const head = ['set', 'row', 'model', 'published', 'error', 'tolerance', ''];
  const apart = listed.map(({ set, row, rows, why }) => `not compared: ${set}: ${row} (${rows}): ${why}`);
  const [first] = missed;
  const verdict = first
    ? `${missed.length} of ${checks.length} published figures are missed, the first: ${first.set}, ${first.row}.`
    : describeScore(checks, listed);
  const parts = [verdict, table(checks.map(toRow), head), ...apart, ...sources, verdict];
  return { text: `${parts.join('\n')}\n`, holds: missed.length === 0 };
}

function toRow({ set, row, model, measured, unit, error, inPoints, tolerance, outcome, note }: Check): string[] {
  const points = inPoints ? ' points' : ' %';
  const verdict = { holds: 'holds', missed: 'FAILED', differs: `differs: ${note}`, 'not judged': note }[outcome];
  return [
    ...[set, row, shown(model), `${shown(measured)} ${unit}`, `${shown(Math.round(error * 10) / 10)}${points}`],
    ...[tolerance === null ? '-' : `${tolerance}${points}`, verdict],
  ];
}
