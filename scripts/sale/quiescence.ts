import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderEvent } from '../../functions/contracts/order-event.ts';
import { isUnderWay, onlyProducts, type Snapshot, type Stores } from './check/snapshot.ts';

export interface Quiet {
  readonly snapshot: Snapshot;
  /** False when orders were still on their way, and nothing had changed for so long. */
  readonly quiet: boolean;
}

export interface QuietOptions {
  /** How long nothing may change. A message that failed comes again when the queue shows it: wait longer than it hides. */
  readonly withinMs: number;
  readonly onProgress?: (settled: number, orders: number) => void;
  /** Waits for the orders of these products alone; default: all. */
  readonly skus?: ReadonlySet<string>;
}

export interface QuietStores {
  /** Reads all stores but the dead letters. */
  read(): Promise<Stores>;
  readDeadLetters(): Promise<Snapshot['deadLetters']>;
  /** Between two readings; default 500. */
  readonly pauseMs?: number;
}

const deadLettersWithinMs = 10_000;
const longestPauseMs = 10_000;

/** Events that the views do not know yet. */
export function uncounted({ events, counted }: Pick<Snapshot, 'events' | 'counted'>): readonly OrderEvent[] {
  const versions = new Map(counted.map((row) => [row.orderId, row.version]));
  return events.filter(({ order }) => (versions.get(order.orderId) ?? 0) < order.version);
}

/** @returns what says, each time it is told how things stand, whether nothing has changed for so long */
export function standstill(withinMs: number): (standsNow: string) => boolean {
  let [end, standing] = [Date.now() + withinMs, ''];
  return (standsNow) => {
    if (standsNow !== standing) [end, standing] = [Date.now() + withinMs, standsNow];
    return Date.now() > end;
  };
}

/**
 * Reads the stores until every order has come to its end (where there is no partner, a confirmed one has), every event is
 * counted, and `deadLetters` have arrived.
 */
export async function untilQuiet(stores: QuietStores, deadLetters: number, options: QuietOptions): Promise<Quiet> {
  const { pauseMs = 500 } = stores;
  const isStill = standstill(options.withinMs);
  for (let tookMs = 0; ; await sleep(Math.max(pauseMs, Math.min(2 * tookMs, longestPauseMs)))) {
    const begun = performance.now();
    const snapshot = await read(stores, options);
    // Whoever looks all the time keeps the engine from its work.
    tookMs = performance.now() - begun;
    const settled = snapshot.orders.filter((order) => !isUnderWay(order, snapshot));
    options.onProgress?.(settled.length, snapshot.orders.length);
    const behind = uncounted(snapshot);
    const stopped = isStill([snapshot.orders.length, settled.length, behind.length].join());
    const quiet = settled.length === snapshot.orders.length && behind.length === 0;
    if (quiet || stopped) return { quiet, snapshot: { ...snapshot, deadLetters: await readDead(stores, deadLetters) } };
  }
}

async function read(stores: QuietStores, { skus }: QuietOptions): Promise<Snapshot> {
  const all = { ...(await stores.read()), deadLetters: [] };
  return skus ? onlyProducts(all, skus) : all;
}

async function readDead(stores: QuietStores, expected: number): Promise<Snapshot['deadLetters']> {
  const end = Date.now() + deadLettersWithinMs;
  for (;;) {
    const deadLetters = await stores.readDeadLetters();
    if (deadLetters.length >= expected || Date.now() > end) return deadLetters;
    await sleep(stores.pauseMs ?? 500);
  }
}
