import { physicalName } from '../../../stacks/model/names.ts';
import { type TableName, tableNames } from '../../../stacks/model/services.ts';
import { readPoints } from './backups.ts';
import type { RestoreClients } from './clients.ts';
import { choosePoint, type Point } from './points.ts';
import { core } from './run-state.ts';
import { describeTable } from './tables.ts';

export interface Plan {
  readonly damaged: readonly TableName[];
  readonly missing: readonly TableName[];
  readonly points: Partial<Record<TableName, Point>>;
  /** Rows to read and write, by DynamoDB's last count. */
  readonly rows: number;
}

/** A missing table is always damaged. An existing one counts as damaged only if the operator names it. */
export async function makePlan(
  clients: RestoreClients,
  stage: string,
  { named, until }: { readonly named: readonly TableName[]; readonly until: number },
): Promise<Plan> {
  const missing: TableName[] = [];
  const points: Plan['points'] = {};
  let rows = 0;
  for (const table of tableNames) {
    const found = await describeTable(clients, physicalName(stage, table));
    if (!found) missing.push(table);
    rows += found?.ItemCount ?? 0;
  }
  const damaged = tableNames.filter((table) => missing.includes(table) || named.includes(table));
  for (const table of damaged.filter(isRestored)) {
    const point = choosePoint(await readPoints(clients, physicalName(stage, table)), until);
    if (point) points[table] = point;
  }
  return { damaged, missing, points, rows };
}

/** The views are rebuilt from the events, and the remaining tables start empty. */
export const isRestored = (table: TableName): boolean => core.some((one) => one === table);

const anyOf = (names: readonly string[]) => new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(names);

/** Rows per second that a copy reads and writes on one connection pool. Guessed; replace it with a drill's numbers. */
const rowsPerSecond = 1_000;

/** The plan as text. */
export function describePlan({ damaged, missing, points, rows }: Plan, now: number): string[] {
  if (damaged.length === 0)
    return [`No table is missing. If one is damaged, pass its name: --table ${anyOf(tableNames)}.`];
  const seconds = Math.ceil(rows / rowsPerSecond);
  return [
    ...damaged.map(
      (table) =>
        `${table} is ${missing.includes(table) ? 'missing' : 'damaged'}: ${describeTableStep(table, points[table], now)}`,
    ),
    ...(damaged.some(isRestored)
      ? [
          `While it runs, nothing is sold: orders, restocks and workers are paused.`,
          `Time: restoring into new tables (seconds here, minutes to hours on AWS), then about ${seconds} s for ${rows} rows.`,
        ]
      : []),
    "Not restored: messages in flight, which are sent again for every open order; and the partner's state, which comes from its book.",
  ];
}

const lostBy: Readonly<Record<TableName, string>> = {
  orders: 'later writes come from its stream (24 h); writes in neither are lost',
  stock: 'its levels are recomputed from supplies and orders; keys of later restocks are lost',
  catalog: 'later changes come from its stream (24 h)',
  views: 'nothing is lost',
  coordination: 'the breaker closes and the sweeper starts over; nothing is lost',
};

function describeTableStep(table: TableName, point: Point | undefined, now: number): string {
  if (table === 'views') return `rebuilt from the events; ${lostBy.views}`;
  if (!isRestored(table)) return `created empty; ${lostBy[table]}`;
  if (!point) return 'it has neither a backup nor point-in-time recovery';
  const age = Math.round((now - point.at) / 1_000);
  const what = point.kind === 'backup' ? 'the backup' : 'point-in-time recovery';
  return `restored from ${what} of ${new Date(point.at).toISOString()}, ${age} s ago; ${lostBy[table]}`;
}
