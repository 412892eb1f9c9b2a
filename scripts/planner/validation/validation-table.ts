import type { Check } from './check.ts';
import type { Listed } from './listed.ts';

const rules = [
  ['Lambda: 1,000 environments in 10 s and function', 'scalingStep'],
  ['provisioned concurrency: allocation and target tracking', 'trackingSeconds, allocationSeconds'],
  ['API Gateway: token buckets', 'api.throttles'],
  ['stream: shards times parallelization factor', 'partitionWrites'],
  ['CDN: hit ratio by Zipf and lifetime', 'regionalCaches'],
] as const;

/** Sets of many rows: only those that the model misses are shown one by one. */
const folded = new Set(['Worked cost', 'Cold start by memory']);

export interface Score {
  readonly judged: number;
  readonly agree: number;
  readonly differ: number;
  readonly shown: number;
}

export function scoreOf(checks: readonly Check[]): Score {
  const count = (of: Check['outcome']) => checks.filter(({ outcome }) => outcome === of).length;
  const shown = count('not judged');
  return { judged: checks.length - shown, agree: count('holds'), differ: count('differs'), shown };
}

/** One sentence for the command and for docs/planning.md. */
export function describeScore(checks: readonly Check[], listed: readonly Listed[]): string {
  const { judged, agree, differ, shown } = scoreOf(checks);
  const listedRows = listed.reduce((sum, { rows }) => sum + rows, 0);
  return `The model agrees with ${agree} of ${judged} published figures that are judged, and differs from ${differ} for a reason that is given; ${shown} are shown only, and ${listedRows} published rows are listed without a comparison.`;
}

/** As Markdown, for docs/planning.md: what one cloud published. */
export function validationTable(checks: readonly Check[], listed: readonly Listed[]): string {
  const isShown = ({ set, outcome }: Check) => !folded.has(set) || outcome !== 'holds';
  const head = ['| set | row | model | published | error | tolerance |', '|---|---|---|---|---|---|'];
  return [
    ...[describeScore(checks, listed), '', ...head, ...checks.filter(isShown).map(toRow), ''],
    ...['Published, but compared with nothing:'],
    ...listed.map(({ set, row, rows, why }) => `- ${set}: ${row} (${rows}): ${why}`),
    '',
  ].join('\n');
}

/** What the table folds, and what it cannot have. */
export function validationNotes(checks: readonly Check[]): string {
  const scoreOfSet = (set: string) => scoreOf(checks.filter((one) => one.set === set));
  const [costs, starts] = [scoreOfSet('Worked cost'), scoreOfSet('Cold start by memory')];
  return [
    `Worked costs of the providers and of Infracost: ${costs.agree} of ${costs.judged} to the cent.`,
    `Cold starts of twelve runtimes, 1,024 MB against each other size: ${starts.agree} of ${starts.judged} within 5 %.`,
    ...['', 'Rules without a published measurement:'],
    ...[...rules.map(([what, names]) => `- ${what} (\`${names}\`)`), ''],
  ].join('\n');
}

function toRow({ set, row, model, measured, unit, error, inPoints, tolerance, note, outcome }: Check): string {
  const shown = (value: number) => String(Number(value.toPrecision(4)));
  const limit = `${tolerance}${inPoints ? ' points' : ' %'}`;
  const off = `${shown(Math.round(error * 10) / 10)}${inPoints ? ' points' : ' %'}`;
  const verdict =
    outcome === 'not judged' ? `not judged: ${note}` : outcome === 'differs' ? `${limit}, differs: ${note}` : limit;
  return `| ${set} | ${row} | ${shown(model)} | ${shown(measured)} ${unit} | ${off} | ${verdict} |`;
}
