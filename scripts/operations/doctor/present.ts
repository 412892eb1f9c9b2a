import { exitCodes } from '../../cli/cli.ts';
import { table } from '../../report/table.ts';
import type { Line } from './check.ts';

export interface Examined {
  readonly stage: string;
  readonly cloud: string;
  /** Account and region, human-readable. */
  readonly place: string;
  readonly lines: readonly Line[];
}

const isGreen = ({ status }: Line): boolean => status === 'ok' || status === 'not needed';

/** A run in which no check was `ok` fails, because it proves nothing. */
export const exitCodeOf = (lines: readonly Line[]): number =>
  lines.every(isGreen) && lines.some(({ status }) => status === 'ok') ? exitCodes.ok : exitCodes.failed;

export function describeVerdict({ stage, place, lines }: Examined): string {
  const count = (status: Line['status']) => lines.filter((line) => line.status === status).length;
  if (exitCodeOf(lines) === exitCodes.ok)
    return `ready: ${count('ok')} checks of stage ${stage} passed on ${place}, ${count('not needed')} were not needed`;
  if (lines.every(({ status }) => status === 'not needed')) return `FAILED: nothing was checked for stage ${stage}`;
  const names = lines.filter((line) => !isGreen(line) && line.found !== 'not checked').map(({ check }) => check);
  return `NOT READY: stage ${stage} on ${place}: ${count('failed')} failed, ${count('unknown')} unknown: ${names.join(', ')}`;
}

const labels: Readonly<Record<Line['status'], string>> = {
  ok: 'ok',
  failed: 'FAILED',
  unknown: 'unknown',
  'not needed': '-',
};
const smallestWidth = 100;
/** Width of the first two columns, borders and padding. */
const frame = 48;

/** Cells wrap at the terminal's width. */
export function formatTable(lines: readonly Line[], width = process.stdout.columns ?? 150): string {
  const room = Math.floor((Math.max(width, smallestWidth) - frame) / 3);
  const rows = lines.map(({ status, check, ...texts }) => [
    labels[status],
    check,
    ...[texts.found, texts.needed, texts.action].map((text) => wrap(text, room)),
  ]);
  return table(rows, ['', 'check', 'found', 'needed', 'what to do']);
}

/** Wraps at spaces. A longer word, such as an ARN, is split. */
function wrap(text: string, width: number): string {
  const word = new RegExp(`(.{1,${width}})(?: +|$)|(.{${width}})`, 'gm');
  return text
    .replace(word, (_, fits: string | undefined, long: string | undefined) => `${fits ?? long}\n`)
    .replaceAll(/\n+$|(\n)\n+/g, '$1');
}

export const toJson = (examined: Examined): string =>
  `${JSON.stringify({ ready: exitCodeOf(examined.lines) === exitCodes.ok, ...examined }, null, 2)}\n`;
