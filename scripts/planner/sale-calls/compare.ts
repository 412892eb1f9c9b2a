import { atLeastOne, type Finding } from '../../report/finding.ts';
import type { Section } from '../../report/report.ts';
import type { CountedCalibration } from '../calibration/counted.ts';
import type { Calls } from './call-sum.ts';
import type { SaleFacts } from './log.ts';
import { byOperation, predictCalls } from './predict.ts';

const tolerance = 0.02;
/** Below this number, a difference of one call exceeds the tolerance. */
const leastJudged = 1 / tolerance;

/** Calls of the functions that do not depend on orders. Health probes and warm-ups call no service. */
const leftOut: readonly { readonly call: RegExp; readonly why: string }[] = [
  { call: / coordination$/, why: 'the breaker, the lease and the progress of the sweeper: by time and environment' },
  { call: /\.Query orders#open$/, why: 'the sweeper looks for open orders: by time' },
  { call: /\.GetItem views$/, why: 'the live generation of the views: once a second and environment' },
  { call: /^secretsmanager/, why: 'the key for the partner: once in five minutes and environment' },
  { call: /^sqs\..*-dlq$/, why: 'poison messages of the sale' },
  { call: /(PutItem|UpdateItem) catalog$|WriteItems catalog\+stock$/, why: "the shopkeeper's products and stock" },
  { call: /^cloudfront/, why: 'a changed product leaves the CDN' },
];

export interface CallComparison {
  readonly section: Section;
  readonly findings: readonly Finding[];
}

/** Calls of the functions, as counted by a gateway. */
export interface SeenCalls {
  readonly made: ReadonlyMap<string, number>;
  readonly refused: ReadonlyMap<string, number>;
  /** Prefix of the names of tables, queues and bus, which the plan omits. */
  readonly prefix: string;
}

/** Calls repeated after a refused transaction: the reads of the order and of its shards, and the transaction. */
const costsOfRace = ['dynamodb.GetItem', 'dynamodb.TransactGetItems', 'dynamodb.TransactWriteItems'];

/** Compares each operation's calls, planned and counted. */
export function compareCalls(facts: SaleFacts, seen: SeenCalls, calibration: CountedCalibration): CallComparison {
  const predicted = predictCalls(facts, calibration);
  const all = Object.fromEntries([...seen.made].map(([call, count]) => [call.replaceAll(seen.prefix, ''), count]));
  const planned = byOperation(withoutLeftOut(predicted.calls));
  const gateway = byOperation(withoutLeftOut(all));
  const refused = byOperation(Object.fromEntries(seen.refused))['dynamodb.TransactWriteItems'] ?? 0;
  const races = Math.max(0, refused - predicted.refused);
  const operations = [...new Set([...Object.keys(planned), ...Object.keys(gateway)])].toSorted();
  const rows = operations.map((operation) => ({
    ...{ operation, planned: planned[operation] ?? 0, seen: gateway[operation] ?? 0 },
    races: costsOfRace.includes(operation) ? races : 0,
  }));
  const orders = new Set(facts.log.settled.map(({ orderId }) => orderId)).size;
  const table = {
    head: ['call', 'plan', 'gateway', 'an order', 'difference'],
    rows: rows.map((row) => [row.operation, row.planned, row.seen, (row.seen / orders).toFixed(2), percentOf(row)]),
  };
  const notes = [...describeRaces(refused, races), 'Left out, because no order makes them:', ...describeLeftOut(all)];
  return {
    section: { title: 'Calls of the functions by the plan and by the gateway', table, notes },
    findings: judge(rows),
  };
}

interface Row {
  readonly operation: string;
  readonly planned: number;
  readonly seen: number;
  readonly races: number;
}

function judge(rows: readonly Row[]): Finding[] {
  const judged = rows.filter((row) => Math.max(row.planned, row.seen) >= leastJudged);
  return [
    atLeastOne(`operations with ${leastJudged} calls of the functions`, judged.length),
    ...judged.map((row) => ({
      what: `${row.operation}: the plan's calls against the gateway's`,
      measured: `${row.planned} and ${row.seen}, ${percentOf(row)}`,
      limit: `within ${tolerance * 100} %${row.races > 0 ? `, and ${row.races} more by races` : ''}`,
      holds: unexplained(row) <= tolerance * row.seen,
    })),
  ];
}

/** A race adds calls, and never removes any. */
function unexplained({ planned, seen, races }: Row): number {
  return seen > planned ? Math.max(0, seen - planned - races) : planned - seen;
}

const percentOf = ({ planned, seen }: Row): string =>
  seen === 0 ? 'not seen' : `${((planned / seen - 1) * 100).toFixed(1)} %`;

const describeRaces = (refused: number, races: number): string[] =>
  races === 0
    ? []
    : [
        `${races} of ${refused} refused transactions lost a race with another batch or a cancel, which the plan does not foresee:`,
        'each may read its order or the shards once more, and tries again.',
      ];

const isLeftOut = (name: string): boolean => leftOut.some(({ call }) => call.test(name));

const withoutLeftOut = (calls: Calls): Calls =>
  Object.fromEntries(Object.entries(calls).filter(([name]) => !isLeftOut(name)));

function describeLeftOut(all: Calls): string[] {
  return leftOut.flatMap(({ call, why }) => {
    const count = Object.entries(all).reduce((sum, [name, times]) => sum + (call.test(name) ? times : 0), 0);
    return count === 0 ? [] : [`- ${count} x ${why}`];
  });
}
