import type { TableName } from '../../../stacks/model/services.ts';
import { CliError } from '../../cli/cli.ts';
import { keptRows } from '../../sale/check/retention.ts';
import { createBackup, restoreBeside } from './backups.ts';
import { sendInFlight } from './in-flight.ts';
import type { RestoreState } from './journal.ts';
import type { Plan } from './plan.ts';
import { readOrders } from './reconcile.ts';
import { byName, type Difference, describeChanges, type Rows } from './rows.ts';
import {
  besideName,
  type Core,
  core,
  pause,
  type RestoreContext,
  type Restored,
  Run,
  readWanted,
  resume,
  retentionOf,
  writeRows,
} from './run-state.ts';
import { createTable, readTable } from './tables.ts';
import { repointReaders } from './triggers.ts';

export function beginState({ damaged, missing, points }: Plan, at: Date): RestoreState {
  return {
    v: 1,
    run: `r${at.toISOString().replaceAll(/[^\d]/g, '').slice(0, 14)}`,
    at: at.toISOString(),
    ...{ damaged: [...damaged], missing: [...missing], points },
    ...{ streams: {}, before: {}, beside: {}, differences: [], done: [], times: { begun: at.getTime() } },
  };
}

/** Starts a run, or continues one that was killed. With `hold`, the writers stay paused after the swap. */
export async function restore(context: RestoreContext, begun: RestoreState, hold: boolean): Promise<Restored> {
  const run = new Run(context, begun);
  const wrong: string[] = [];
  if (core.some((table) => run.state.damaged.includes(table))) {
    await pause(run);
    await run.step('expired', 'reading the totals of expired orders', () => readExpired(run));
    await restoreTables(run);
    await run.step('swap', 'reconciling, and swapping the rows in', () => swap(run));
    wrong.push(...(await compare(run)));
  }
  for (const table of run.state.missing)
    await run.step(`create-${table}`, `creating ${table}`, async () => {
      await createTable(context.clients, context.stage, table);
      return undefined;
    });
  await run.step('triggers', 'connecting the readers to the new streams', () => repoint(run));
  if (hold) return { state: run.state, wrong };
  await run.step('in-flight', 'sending the messages of open orders', () => resend(run));
  await resume(run);
  context.onStep('comparing the views with the events');
  wrong.push(...(await context.mendViews()));
  run.note({ finished: 'restored', times: { ...run.state.times, finished: Date.now() } });
  return { state: run.state, wrong };
}

/** While the projection is paused, the totals agree with the orders that they count. */
async function readExpired({ context, state }: Run): Promise<Partial<RestoreState> | undefined> {
  const retention = retentionOf({ context, state });
  if (!retention) return undefined;
  if (state.damaged.includes('views')) throw totalsLost();
  return { expired: await context.expired?.readUnits(retention) };
}

const totalsLost = () =>
  new CliError(
    'totals_lost',
    'the views are missing or damaged, and only their totals have the orders that are older than the retention',
    'Restore the views from their point-in-time recovery under their own name, then repeat: nothing was changed.',
  );

async function restoreTables(run: Run): Promise<void> {
  const { clients } = run.context;
  const { missing, damaged, points, run: id } = run.state;
  await run.step('before', 'backing up the present tables', async () => {
    const before: RestoreState['before'] = {};
    for (const table of core)
      if (!missing.includes(table)) before[table] = (await createBackup(clients, run.name(table), id)).arn;
    return { before };
  });
  await run.step('beside', 'restoring into new tables; on AWS this takes minutes to hours', async () => {
    const beside: RestoreState['beside'] = {};
    await Promise.all(
      core
        .filter((table) => damaged.includes(table))
        .map(async (table) => {
          const point = points[table];
          if (!point) throw noPoint(table);
          beside[table] = besideName(run.name(table), id);
          const { arn, ...when } = point;
          const target = { table: run.name(table), beside: beside[table] };
          await restoreBeside(clients, { ...target, point: { ...when, ...(arn !== undefined && { arn }) } });
        }),
    );
    return { beside };
  });
}

const noPoint = (table: TableName) =>
  new CliError(
    'backup_missing',
    `${table} has neither a backup nor point-in-time recovery`,
    'Nothing was changed in it. Set pointInTimeRecoveryDays of the stage, or make backups: npm run restore -- --backup',
  );

/** A call that the pause did not stop in time may write between two passes. */
const maxPasses = 3;

/** Restores under the stage's names, because functions, permissions, alarms and both IaC tools refer to these. */
async function swap(run: Run): Promise<undefined> {
  const { clients, stage, onStep } = run.context;
  for (const table of core) if (run.state.missing.includes(table)) await createTable(clients, stage, table);
  for (let pass = 1; ; pass++) {
    const stored = await readStored(run);
    const { wanted, replayed, differences } = await readWanted(run);
    onStep(`${wanted.orders.size} rows of orders, ${replayed} from the stream, ${differences.length} differences`);
    if (pass === 1) run.note({ differences: [...differences] });
    let changes = 0;
    for (const table of core) changes += await writeRows(run, table, wanted[table], stored[table]);
    if (changes === 0 || pass === maxPasses) return undefined;
  }
}

/** Read before the sources, so that a row which a late call adds in between counts as wanted, and is never deleted. */
async function readStored(run: Run): Promise<Readonly<Record<Core, Rows>>> {
  const retention = retentionOf(run);
  const read = async (table: Core) =>
    byName(keptRows(await readTable(run.context.clients, run.name(table)), retention));
  return { orders: await read('orders'), stock: await read('stock'), catalog: await read('catalog') };
}

/** Differences after the swap that every attempt finds: a late call may write between the two reads of one attempt. */
async function compare(run: Run): Promise<string[]> {
  if (run.state.done.includes('resume')) return [];
  run.context.onStep('comparing the stored rows with the expected rows');
  let wrong: string[] | undefined;
  for (let look = 1; look <= maxPasses && wrong?.length !== 0; look++) {
    const stored = await readStored(run);
    const { wanted } = await readWanted(run);
    const now = core.flatMap((table) =>
      describeChanges(wanted[table], stored[table]).map((text) => `${table} ${text}`),
    );
    wrong = now.filter((text) => wrong?.includes(text) ?? true);
  }
  return wrong ?? [];
}

async function repoint(run: Run): Promise<undefined> {
  const { clients, stage } = run.context;
  for (const table of run.state.missing) await repointReaders(clients, stage.name, table);
}

async function resend(run: Run): Promise<undefined> {
  const { clients, stage } = run.context;
  if (!run.state.done.includes('swap')) return;
  const orders = readOrders(byName(await readTable(clients, run.name('orders'))));
  await sendInFlight(clients, stage.name, orders);
}

export const undecided = (differences: readonly Difference[]): readonly Difference[] =>
  differences.filter(({ mended }) => !mended);
