import { latestEvents, type OrderEvent } from '../contracts/order-event.ts';
import { salesSlot } from '../domain/sales.ts';
import { chunksOf } from '../lib/chunks.ts';
import type { Count, GroupViews } from '../ports/views.ts';
import { retryConflicts } from '../resilience/retry.ts';
import { countEvent, countOf, type ProjectionPorts } from './count-event.ts';

export interface GroupPorts extends ProjectionPorts {
  readonly views: GroupViews;
  /** @throws when no time is left to begin anything */
  readonly needTime: () => void;
}

/** Rows of counters that are moved at a time. */
const concurrency = 10;

interface Counting {
  readonly event: OrderEvent;
  readonly count: Count;
}

/**
 * Counts a batch: of each order its last event, and the orders whose counters stand in one row in one transaction, so
 * that a hot row is written once for all of them. When that fails for any of them, each is counted by itself, as if it
 * had come alone.
 *
 * @returns by order id, why its events have to come again
 */
export async function countEvents(
  events: readonly OrderEvent[],
  ports: GroupPorts,
): Promise<ReadonlyMap<string, unknown>> {
  const failures = new Map<string, unknown>();

  async function tryFor(some: readonly OrderEvent[], work: () => Promise<void>): Promise<void> {
    try {
      ports.needTime();
      await work();
    } catch (error) {
      for (const { order } of some) failures.set(order.orderId, error);
    }
  }

  async function countGroup(group: readonly Counting[]): Promise<void> {
    const counts = group.map(({ count }) => count);
    const outcome = await retryConflicts(() => ports.views.countTogether(counts), ports);
    if (outcome === 'committed') return;
    for (const { event } of group) await tryFor([event], () => countEvent(event, ports));
  }

  async function countRow(row: readonly Counting[]): Promise<void> {
    for (const group of chunksOf(row, ports.views.maxPerTransaction)) {
      await tryFor(
        group.map(({ event }) => event),
        () => countGroup(group),
      );
    }
  }

  const last = [...latestEvents(events).values()];
  await tryFor(last, async () => {
    const counted = await ports.views.countedOf(last.map(({ order }) => order.orderId));
    const previous = new Map(counted.map((order) => [order.orderId, order]));
    const counting = last.flatMap((event) => {
      const count = countOf(event, previous.get(event.order.orderId));
      if (!count) ports.meter.count('Duplicates');
      return count ? [{ event, count }] : [];
    });
    const rows = Map.groupBy(counting, ({ count: { next } }) => `${next.sku}#${salesSlot(next.orderId)}`);
    for (const some of chunksOf([...rows.values()], concurrency)) await Promise.all(some.map(countRow));
  });
  return failures;
}
