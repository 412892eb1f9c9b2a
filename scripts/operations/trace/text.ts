import { table } from '../../report/table.ts';
import type { Step } from './step.ts';
import { describeTotals, type Timeline } from './timeline.ts';

const barWidth = 24;
const marks = { request: '█', wait: '░', work: '█', partner: '▒', state: '·', trouble: '!' } as const;

/** The timeline for a terminal. The important line is last. */
export function timelineText({ orderId, state, traces, steps, totals, notes }: Timeline): string {
  const begun = steps[0]?.at ?? 0;
  const rows = steps.map((step) => [
    `+${((step.at - begun) / 1_000).toFixed(3)}`,
    step.ms === 0 ? '' : (step.ms / 1_000).toFixed(3),
    step.where + (step.version === undefined ? '' : ` [${step.version}]`),
    step.what,
    bar(step, begun, totals.wholeMs),
  ]);
  const [first, ...later] = traces;
  return [
    `order ${orderId}, since ${new Date(begun).toISOString()}`,
    `trace ${first}${later.length > 0 ? `; later requests: ${later.join(', ')}` : ''}`,
    table(rows, ['seconds', 'took', 'where', 'what', '░ wait █ work ▒ partner']),
    describeTotals(totals),
    ...notes,
    `order ${orderId} is ${state}`,
    '',
  ].join('\n');
}

function bar({ kind, at, ms }: Step, begun: number, wholeMs: number): string {
  const toColumn = (time: number) => (wholeMs === 0 ? 0 : Math.round(((time - begun) / wholeMs) * barWidth));
  const from = Math.min(barWidth - 1, toColumn(at));
  return ' '.repeat(from) + marks[kind].repeat(Math.max(1, toColumn(at + ms) - from));
}
