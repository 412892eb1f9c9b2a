import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderEvent } from '../../functions/contracts/order-event.ts';
import type { Snapshot } from '../check/snapshot.ts';

export interface Quiet {
  readonly snapshot: Snapshot;
  /** False when orders were still on their way, and nothing had changed for so long. */
  readonly quiet: boolean;
}

export interface QuietOptions {
  /** How long nothing may change. A message that failed comes again when the queue shows it: wait longer than it hides. */
  readonly withinMs: number;
  readonly onProgress?: (settled: number, orders: number) => void;
}

export interface QuietStores {
  /** Reads all stores; the dead letters only if they are asked for. */
  read(withDeadLetters: boolean): Promise<Snapshot>;
  /** Between two readings; default 500. */
  readonly pauseMs?: number;
  /** Called when no more events were counted than the time before: what an engine's stream forgets is to be sent again. */
  onStuck?(behind: readonly OrderEvent[]): Promise<void>;
}

const deadLettersWithinMs = 10_000;

/** Events that the views do not know yet. */
export function uncounted({ events, counted }: Pick<Snapshot, 'events' | 'counted'>): readonly OrderEvent[] {
  const versions = new Map(counted.map((row) => [row.orderId, row.version]));
  return events.filter(({ order }) => (versions.get(order.orderId) ?? 0) < order.version);
}

/** Reads the stores until no order is pending, every event is counted, and `deadLetters` have arrived. */
export async function untilQuiet(stores: QuietStores, deadLetters: number, options: QuietOptions): Promise<Quiet> {
  const { pauseMs = 500 } = stores;
  let [end, standing] = [Date.now() + options.withinMs, ''];
  for (let behindBefore = Infinity; ; await sleep(pauseMs)) {
    const snapshot = await stores.read(false);
    const settled = snapshot.orders.filter((order) => order.state !== 'PENDING');
    options.onProgress?.(settled.length, snapshot.orders.length);
    const behind = uncounted(snapshot);
    const standsNow = [snapshot.orders.length, settled.length, behind.length].join();
    if (standsNow !== standing) [end, standing] = [Date.now() + options.withinMs, standsNow];
    const quiet = settled.length === snapshot.orders.length && behind.length === 0;
    if (behind.length > 0 && behind.length >= behindBefore) await stores.onStuck?.(behind);
    behindBefore = behind.length;
    if (quiet || Date.now() > end) return { quiet, snapshot: await withDeadLetters(stores, deadLetters) };
  }
}

async function withDeadLetters(stores: QuietStores, expected: number): Promise<Snapshot> {
  const end = Date.now() + deadLettersWithinMs;
  for (;;) {
    const snapshot = await stores.read(true);
    if (snapshot.deadLetters.length >= expected || Date.now() > end) return snapshot;
    await sleep(stores.pauseMs ?? 500);
  }
}
