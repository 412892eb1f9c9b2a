import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderEvent } from '../../functions/contracts/order-event.ts';
import { isUnfinished, onlyProducts, type Snapshot, type Stores } from './check/snapshot.ts';

export interface Quiet {
  readonly snapshot: Snapshot;
  /** False if orders were unfinished, and nothing had changed for `withinMs`. */
  readonly quiet: boolean;
}

export interface QuietOptions {
  /** How long to wait without any change. Must exceed the visibility timeout, after which a failed message is redelivered. */
  readonly withinMs: number;
  readonly onProgress?: (settled: number, orders: number) => void;
  /** Wait only for orders of these products; default: all. */
  readonly skus?: ReadonlySet<string>;
}

export interface QuietStores {
  /** Reads all stores except the dead letters. */
  read(): Promise<Stores>;
  readDeadLetters(): Promise<Snapshot['deadLetters']>;
  /** Pause between two reads; default 500. */
  readonly pauseMs?: number;
}

const deadLettersWithinMs = 10_000;
const longestPauseMs = 10_000;

/** Events that the views have not counted yet. */
export function uncounted({ events, counted }: Pick<Snapshot, 'events' | 'counted'>): readonly OrderEvent[] {
  const versions = new Map(counted.map((row) => [row.orderId, row.version]));
  return events.filter(({ order }) => (versions.get(order.orderId) ?? 0) < order.version);
}

/** @returns a function that takes the current state, and returns whether it has not changed for `withinMs` */
export function standstill(withinMs: number): (state: string) => boolean {
  let [end, last] = [Date.now() + withinMs, ''];
  return (state) => {
    if (state !== last) [end, last] = [Date.now() + withinMs, state];
    return Date.now() > end;
  };
}

/**
 * Reads the stores until every order is final (without a partner, confirmed orders are), every event is counted, and
 * `deadLetters` have arrived.
 */
export async function untilQuiet(stores: QuietStores, deadLetters: number, options: QuietOptions): Promise<Quiet> {
  const { pauseMs = 500 } = stores;
  const isStill = standstill(options.withinMs);
  for (let tookMs = 0; ; await sleep(Math.max(pauseMs, Math.min(2 * tookMs, longestPauseMs)))) {
    const begun = performance.now();
    const snapshot = await read(stores, options);
    // Pausing longer than a read takes leaves the engine time for its work.
    tookMs = performance.now() - begun;
    const settled = snapshot.orders.filter((order) => !isUnfinished(order, snapshot));
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
