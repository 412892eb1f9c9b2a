import { setTimeout as sleep } from 'node:timers/promises';
import { physicalName } from '../../../stacks/model/names.ts';
import { type TableName, tableNames } from '../../../stacks/model/services.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { CliError } from '../../cli/cli.ts';
import type { BookEntry } from '../../sale/check/snapshot.ts';
import { createBackup, deleteBackup, deleteTable, restoreBeside } from './backups.ts';
import type { RestoreClients } from './clients.ts';
import { sendInFlight } from './in-flight.ts';
import type { RestoreJournal, RestoreState } from './journal.ts';
import type { Plan } from './plan.ts';
import { type Reconciled, readOrders, reconcile } from './reconcile.ts';
import { byName, type Difference, findChanges, type Rows } from './rows.ts';
import { readImages } from './stream.ts';
import { createTable, describeTable, readTable, writeChanges } from './tables.ts';
import { findStream, repointReader } from './triggers.ts';
import { pauseWriters, readWriters, resumeWriters } from './writers.ts';

/** The tables that hold what nothing else holds; the views follow from them. */
const core = ['orders', 'stock', 'catalog'] as const;
type Core = (typeof core)[number];

export interface RestoreContext {
  readonly clients: RestoreClients;
  readonly stage: Stage;
  readonly journal: RestoreJournal;
  /** Undefined: the partner is not asked. */
  readonly readBook: (() => Promise<readonly BookEntry[]>) | undefined;
  /** Compares the views with the events, rebuilds them if they differ, and returns what still differs. */
  readonly mendViews: () => Promise<readonly string[]>;
  /** How long a call or a batch that began before the pause may go on. */
  readonly settleMs: number;
  readonly onStep: (text: string) => void;
}

export interface Restored {
  readonly state: RestoreState;
  /** Rows that are not as they should be. */
  readonly wrong: readonly string[];
}

/** A run's state; each step is written down once it is done, and is not repeated. */
class Run {
  readonly context: RestoreContext;
  state: RestoreState;
  #wanted: Reconciled | undefined;

  constructor(context: RestoreContext, state: RestoreState) {
    this.context = context;
    this.state = state;
    context.journal.write(state);
  }

  note(change: Partial<RestoreState>): void {
    this.state = { ...this.state, ...change };
    this.context.journal.write(this.state);
  }

  async step(name: string, text: string, work: () => Promise<Partial<RestoreState> | undefined>): Promise<void> {
    if (this.state.done.includes(name)) return;
    this.context.onStep(text);
    const change = await work();
    const times = { ...this.state.times, [name]: Date.now() };
    this.note({ ...change, done: [...this.state.done, name], times });
  }

  name(table: TableName): string {
    return physicalName(this.context.stage.name, table);
  }

  /** Read once: its sources do not change while the writers are paused. */
  async wanted(): Promise<Reconciled> {
    this.#wanted ??= await readWanted(this);
    return this.#wanted;
  }
}

export function beginState({ damaged, missing, points }: Plan, at: Date): RestoreState {
  return {
    v: 1,
    run: `r${at.toISOString().replaceAll(/[^\d]/g, '').slice(0, 14)}`,
    at: at.toISOString(),
    ...{ damaged: [...damaged], missing: [...missing], points },
    ...{ streams: {}, before: {}, beside: {}, differences: [], done: [], times: { begun: at.getTime() } },
  };
}

/** Begins a run, or goes on with one that was killed. With `hold`, the writers stay paused after the swap. */
export async function restore(context: RestoreContext, begun: RestoreState, hold: boolean): Promise<Restored> {
  const run = new Run(context, begun);
  const wrong: string[] = [];
  if (core.some((table) => run.state.damaged.includes(table))) {
    await pause(run);
    await restoreTables(run);
    await run.step('swap', 'reconciling, and swapping the rows in', () => swap(run));
    wrong.push(...(await compare(run)));
  }
  for (const table of run.state.missing)
    await run.step(`create-${table}`, `creating ${table}`, async () => {
      await createTable(context.clients, context.stage, table);
      return undefined;
    });
  await run.step('triggers', 'pointing the readers of new streams at them', () => repoint(run));
  if (hold) return { state: run.state, wrong };
  await run.step('in-flight', 'sending the messages of open orders', () => resend(run));
  await resume(run);
  context.onStep('comparing the views with the events');
  wrong.push(...(await context.mendViews()));
  run.note({ finished: 'restored', times: { ...run.state.times, finished: Date.now() } });
  return { state: run.state, wrong };
}

async function pause(run: Run): Promise<void> {
  const { clients, stage, settleMs } = run.context;
  if (!run.state.writers) {
    const streams: RestoreState['streams'] = {};
    for (const table of ['orders', 'catalog'] as const) {
      const stream = await findStream(clients, stage.name, table);
      if (stream !== undefined) streams[table] = stream;
    }
    run.note({ writers: await readWriters(clients, stage), streams });
  }
  await run.step('pause', 'pausing whatever writes', async () => {
    if (run.state.writers) await pauseWriters(clients, stage.name, run.state.writers);
    await sleep(settleMs);
    return undefined;
  });
}

async function resume(run: Run): Promise<void> {
  const { clients, stage } = run.context;
  const { writers } = run.state;
  if (!writers) return;
  await run.step('resume', 'resuming whatever writes', async () => {
    await resumeWriters(clients, stage.name, writers);
    return undefined;
  });
}

const besideName = (table: string, run: string): string => `${table}-${run}`;

async function restoreTables(run: Run): Promise<void> {
  const { clients } = run.context;
  const { missing, damaged, points, run: id } = run.state;
  await run.step('before', 'keeping the tables as they are', async () => {
    const before: RestoreState['before'] = {};
    for (const table of core)
      if (!missing.includes(table)) before[table] = (await createBackup(clients, run.name(table), id)).arn;
    return { before };
  });
  await run.step('beside', 'restoring beside; on AWS this takes from minutes to hours', async () => {
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

/** What the tables should hold, from the same sources at every repetition. */
async function readWanted(run: Run): Promise<Reconciled> {
  const { clients, readBook } = run.context;
  const { beside, damaged, streams, run: id, at } = run.state;
  const read = (table: Core) => readTable(clients, beside[table] ?? run.name(table));
  const images = async (table: 'orders' | 'catalog') => {
    const stream = damaged.includes(table) ? streams[table] : undefined;
    return (stream && (await readImages(clients, stream))) || [];
  };
  const [orders, stock, catalog] = await Promise.all(core.map(read));
  const found = { orders: await images('orders'), catalog: await images('catalog') };
  const book = await readBook?.();
  return reconcile({
    ...{ orders: orders ?? [], stock: stock ?? [], catalog: catalog ?? [] },
    ...{ images: found, book, run: id, at },
  });
}

/** Under the stage's names, because functions, permissions, alarms and both tools know only these. */
async function swap(run: Run): Promise<Partial<RestoreState>> {
  const { clients, stage, onStep } = run.context;
  const { wanted, replayed, differences } = await run.wanted();
  onStep(`${wanted.orders.size} rows of orders, ${replayed} from the stream, ${differences.length} differences`);
  run.note({ differences: [...differences] });
  for (const table of core) {
    if (run.state.missing.includes(table)) await createTable(clients, stage, table);
    await writeRows(run, table, wanted[table]);
  }
  return { differences: [...differences] };
}

async function writeRows(run: Run, table: Core, wanted: Rows): Promise<void> {
  const { clients } = run.context;
  const stored = byName(await readTable(clients, run.name(table)));
  await writeChanges(clients, run.name(table), findChanges(wanted, stored));
}

/** Whatever differs after the swap; with the writers paused, nothing may. */
async function compare(run: Run): Promise<string[]> {
  if (run.state.done.includes('resume')) return [];
  run.context.onStep('comparing what is stored with what should be');
  const { wanted } = await run.wanted();
  const wrong: string[] = [];
  for (const table of core) {
    const stored = byName(await readTable(run.context.clients, run.name(table)));
    const { puts, deletes } = findChanges(wanted[table], stored);
    wrong.push(...[...puts, ...deletes].map(({ pk, sk }) => `${table} ${pk}${sk === undefined ? '' : ` ${sk}`}`));
  }
  return wrong;
}

async function repoint(run: Run): Promise<undefined> {
  const { clients, stage } = run.context;
  for (const table of run.state.missing) await repointReader(clients, stage.name, table);
}

async function resend(run: Run): Promise<undefined> {
  const { clients, stage } = run.context;
  if (!run.state.done.includes('swap')) return;
  const orders = readOrders(byName(await readTable(clients, run.name('orders'))));
  await sendInFlight(clients, stage.name, orders);
}

/** Puts back what the run found. Orders that changed since the swap would be lost, so it refuses then. */
export async function undo(context: RestoreContext, begun: RestoreState): Promise<Restored> {
  const run = new Run(context, begun);
  const { clients } = context;
  const swappedAt = run.state.times.swap;
  const gone = run.state.missing.filter((table) => core.some((name) => name === table));
  if (swappedAt !== undefined && gone.length > 0) throw nothingBefore(gone);
  if (run.state.writers) {
    const { times, done } = run.state;
    const { pause: _, ...rest } = times;
    if (done.includes('resume')) run.note({ done: done.filter((name) => !/^(pause|resume)$/.test(name)), times: rest });
    await pause(run);
    if (swappedAt !== undefined) await refuseLoss(run, swappedAt);
    for (const [table, arn] of Object.entries(run.state.before) as [Core, string][])
      await run.step(`undo-${table}`, `putting ${table} back`, () => putBack(run, table, arn));
    await resume(run);
  }
  context.onStep('comparing the views with the events');
  const wrong = await context.mendViews();
  run.note({ finished: 'undone', times: { ...run.state.times, finished: Date.now() } });
  for (const table of tableNames)
    if (await describeTable(clients, undoName(run, table))) await deleteTable(clients, undoName(run, table));
  return { state: run.state, wrong };
}

const nothingBefore = (tables: readonly TableName[]) =>
  new CliError(
    'undo_impossible',
    `${tables.join(', ')} did not exist before the restore, so there is nothing to put back`,
    'Nothing was changed. To go on, add --apply.',
  );

const undoName = (run: Run, table: TableName) => `${besideName(run.name(table), run.state.run)}-undo`;

async function refuseLoss(run: Run, sinceMs: number): Promise<void> {
  const orders = readOrders(byName(await readTable(run.context.clients, run.name('orders'))));
  const changed = orders.filter(({ changedAt }) => Date.parse(changedAt) > sinceMs);
  if (changed.length === 0 || run.state.done.some((name) => name.startsWith('undo-'))) return;
  await resume(run);
  throw new CliError(
    'changed_since',
    `${changed.length} orders changed since the swap; an undo would lose that, the first is ${changed[0]?.orderId}`,
    'Nothing was changed. To be able to undo, restore with --hold and look before it resumes.',
  );
}

async function putBack(run: Run, table: Core, arn: string): Promise<undefined> {
  const { clients } = run.context;
  const beside = undoName(run, table);
  await restoreBeside(clients, { table: run.name(table), beside, point: { kind: 'backup', at: 0, arn } });
  await writeRows(run, table, byName(await readTable(clients, beside)));
}

/** Deletes what a finished run left: the tables beside, and the backups of what it found. */
export async function clean({ clients, journal }: RestoreContext, state: RestoreState): Promise<void> {
  for (const table of Object.values(state.beside)) await deleteTable(clients, table);
  for (const arn of Object.values(state.before)) await deleteBackup(clients, arn);
  journal.archive(state.run);
}

export const undecided = (differences: readonly Difference[]): readonly Difference[] =>
  differences.filter(({ mended }) => !mended);
