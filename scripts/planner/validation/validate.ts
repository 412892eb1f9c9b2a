import { checkWorkedCosts } from '../cost/worked.ts';
import { type Check, check } from './check.ts';
import { checkColdStarts } from './cold-starts.ts';
import { checkBurst } from './environments.ts';
import { checkBacklog, checkCaps, checkDrains, checkErrors, checkRamps } from './pollers.ts';
import { checkTableGrowth, checkTableRamps } from './tables.ts';
import { checkWaits } from './waits.ts';

/** Compares the model with every published data set. */
export function validate(share = 1): Check[] {
  return [
    ...checkRamps(),
    ...checkCaps(),
    checkBacklog(),
    ...checkErrors(),
    ...checkDrains(),
    ...checkBurst(),
    ...checkTableRamps(),
    ...checkTableGrowth(),
    ...checkColdStarts(),
    ...checkWaits(share),
    ...checkCosts(),
  ];
}

function checkCosts(): Check[] {
  return checkWorkedCosts().map((worked) => toCheck(worked));
}

const toCheck = ({ name, model, published, source }: ReturnType<typeof checkWorkedCosts>[number]): Check =>
  check({
    ...{ set: 'Worked cost', row: name, model: Number(model), measured: Number(published), unit: 'USD' },
    ...{ tolerance: 0, source: String(source) },
  });

const rules = [
  ['Lambda: 1,000 environments in 10 s and function', 'scalingStep'],
  ['provisioned concurrency: allocation and target tracking', 'trackingSeconds, allocationSeconds'],
  ['API Gateway: token buckets', 'api.throttles'],
  ['stream: shards times parallelization factor', 'partitionWrites'],
  ['CDN: hit ratio by Zipf and lifetime', 'regionalCaches'],
] as const;

/** As Markdown, for docs/planning.md. */
export function validationTable(checks: readonly Check[]): string {
  const isCost = ({ set }: Check) => set === 'Worked cost';
  const costs = checks.filter(isCost);
  const rows = checks.filter((one) => !isCost(one)).map(toRow);
  const head = ['| set | row | model | published | error | tolerance |', '|---|---|---|---|---|---|'];
  const exact = costs.filter(({ error }) => error === 0).length;
  const without = rules.map(([what, names]) => `- ${what} (\`${names}\`)`);
  return [
    ...[
      ...head,
      ...rows,
      '',
      `Worked costs of the providers and of Infracost: ${exact} of ${costs.length} to the cent.`,
    ],
    ...['', 'Rules without a published measurement:', ...without, ''],
  ].join('\n');
}

function toRow({ set, row, model, measured, unit, error, inPoints, tolerance, note }: Check): string {
  const shown = (value: number) => String(Number(value.toPrecision(4)));
  const limit = tolerance === null ? `not judged: ${note}` : `${tolerance}${inPoints ? ' points' : ' %'}`;
  const off = `${shown(Math.round(error * 10) / 10)}${inPoints ? ' points' : ' %'}`;
  return `| ${set} | ${row} | ${shown(model)} | ${shown(measured)} ${unit} | ${off} | ${limit} |`;
}
