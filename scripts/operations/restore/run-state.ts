import { setTimeout as sleep } from 'node:timers/promises';
import { physicalName } from '../../../stacks/model/names.ts';
import type { TableName } from '../../../stacks/model/services.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import type { Retention } from '../../sale/check/retention.ts';
import type { BookEntry } from '../../sale/check/snapshot.ts';
import type { RestoreClients } from './clients.ts';
import type { RestoreJournal, RestoreState } from './journal.ts';
import { type Reconciled, reconcile } from './reconcile.ts';
import { findChanges, type Rows } from './rows.ts';
import { readImages } from './stream.ts';
import { describeTable, readTable, writeChanges } from './tables.ts';
import { findStream } from './triggers.ts';
import { pauseWriters, readWriters, resumeWriters } from './writers.ts';

/** Tables whose content exists nowhere else. The views are derived from them. */
export const core = ['orders', 'stock', 'catalog'] as const;
export type Core = (typeof core)[number];

export interface RestoreContext {
  readonly clients: RestoreClients;
  readonly stage: Stage;
  readonly journal: RestoreJournal;
  /** Undefined: the partner is not asked. */
  readonly readBook: (() => Promise<readonly BookEntry[]>) | undefined;
  /** Compares the views with the events, rebuilds them if they differ, and returns the remaining differences. */
  readonly mendViews: () => Promise<readonly string[]>;
  /** Undefined in a stage that keeps orders for ever. */
  readonly expired?: ExpiredSource | undefined;
  /** How long a call or a batch that began before the pause may continue. */
  readonly settleMs: number;
  /** Waits between two reads of a stream that may have more; default: a quarter of a second. */
  readonly pauseStream?: () => Promise<unknown>;
  readonly onStep: (text: string) => void;
}

/** The views, whose totals are all that is left of orders older than the retention. */
interface ExpiredSource {
  readonly days: number;
  /** @returns units that these orders own, by product */
  readonly readUnits: (retention: Retention) => Promise<Record<string, number>>;
}

/** Longer than a run: what expires meanwhile counts as expired from the beginning. */
const marginMs = 86_400_000;

export function retentionOf({ context, state }: Pick<Run, 'context' | 'state'>): Retention | undefined {
  return context.expired && { days: context.expired.days, atMs: Date.parse(state.at) + marginMs };
}

export interface Restored {
  readonly state: RestoreState;
  /** Names of the rows that are still wrong. */
  readonly wrong: readonly string[];
}

/** A run's state. Each step is recorded once it is done, and is not repeated. */
export class Run {
  readonly context: RestoreContext;
  state: RestoreState;

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
}

/** The required content of the tables, from the same sources at every repetition. */
export async function readWanted(run: Run): Promise<Reconciled> {
  const { clients, readBook } = run.context;
  const { beside, damaged, streams, run: id, at } = run.state;
  const read = (table: Core) => readTable(clients, beside[table] ?? run.name(table));
  const images = async (table: 'orders' | 'catalog') => {
    const stream = damaged.includes(table) ? streams[table] : undefined;
    const streamed = (stream && (await readImages(clients, stream, run.context.pauseStream))) || [];
    // Rows in a table that did not exist were written by the run, or by a call that the pause did not stop in time.
    const isCreated = run.state.missing.includes(table) && (await describeTable(clients, run.name(table)));
    return isCreated ? [...streamed, ...(await readTable(clients, run.name(table)))] : streamed;
  };
  const [orders, stock, catalog] = await Promise.all(core.map(read));
  const found = { orders: await images('orders'), catalog: await images('catalog') };
  const book = await readBook?.();
  const retention = retentionOf(run);
  const units = new Map(Object.entries(run.state.expired ?? {}));
  return reconcile({
    ...{ orders: orders ?? [], stock: stock ?? [], catalog: catalog ?? [] },
    ...{ images: found, book, run: id, at, expired: retention && { retention, units } },
  });
}

export async function pause(run: Run): Promise<void> {
  const { clients, stage, settleMs } = run.context;
  if (!run.state.writers) {
    const streams: RestoreState['streams'] = {};
    for (const table of ['orders', 'catalog'] as const) {
      const stream = await findStream(clients, stage.name, table);
      if (stream !== undefined) streams[table] = stream;
    }
    run.note({ writers: await readWriters(clients, stage), streams });
  }
  await run.step('pause', 'pausing all writers', async () => {
    if (run.state.writers) await pauseWriters(clients, stage.name, run.state.writers);
    await sleep(settleMs);
    return undefined;
  });
}

export async function resume(run: Run): Promise<void> {
  const { clients, stage } = run.context;
  const { writers } = run.state;
  if (!writers) return;
  await run.step('resume', 'resuming all writers', async () => {
    await resumeWriters(clients, stage.name, writers);
    return undefined;
  });
}

export const besideName = (table: string, run: string): string => `${table}-${run}`;

/** @returns the number of rows that differed from the wanted ones */
export async function writeRows(run: Run, table: Core, wanted: Rows, stored: Rows): Promise<number> {
  const { clients } = run.context;
  const changes = findChanges(wanted, stored);
  await writeChanges(clients, run.name(table), changes);
  return changes.puts.length + changes.deletes.length;
}
