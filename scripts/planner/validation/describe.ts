import { table } from '../../report/table.ts';
import type { Check } from './check.ts';
import { validate } from './validate.ts';

const shown = (value: number) => String(Number(value.toPrecision(4)));

/** The checks as a table, with the verdict first and last. */
export function describeChecks(checks: readonly Check[] = validate()): { text: string; holds: boolean } {
  const judged = checks.filter(({ tolerance }) => tolerance !== null);
  const failed = judged.filter(({ holds }) => !holds);
  const sources = [...new Set(checks.map(({ set, source }) => `${set}: ${source}`))];
  const rows = checks.map(({ set, row, model, measured, unit, error, inPoints, tolerance, holds, note }) => [
    ...[
      set,
      row,
      shown(model),
      `${shown(measured)} ${unit}`,
      `${shown(Math.round(error * 10) / 10)}${inPoints ? ' points' : ' %'}`,
    ],
    ...[
      tolerance === null ? '-' : `${tolerance}${inPoints ? ' points' : ' %'}`,
      tolerance === null ? note : holds ? 'holds' : 'FAILED',
    ],
  ]);
  const verdict =
    failed.length === 0
      ? `The model agrees with all ${judged.length} published figures that are judged; ${checks.length - judged.length} are shown only.`
      : `${failed.length} of ${judged.length} published figures are missed, the first: ${failed[0]?.set}, ${failed[0]?.row}.`;
  const head = ['set', 'row', 'model', 'published', 'error', 'tolerance', ''];
  return { text: `${verdict}\n${table(rows, head)}\n${sources.join('\n')}\n${verdict}\n`, holds: failed.length === 0 };
}
