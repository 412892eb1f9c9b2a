import { latestEvents, type StoredEvent } from '../contracts/order-event.ts';
import { salesSlot } from '../domain/sales.ts';
import { toChunks } from '../lib/chunks.ts';
import type { Count, GroupViews } from '../ports/views.ts';
import { retryConflicts } from '../resilience/retry.ts';
import { countEvent, type ProjectionPorts, toCount } from './count-event.ts';

export interface GroupPorts extends ProjectionPorts {
  readonly views: GroupViews;
  /** @throws when too little time is left to start more work */
  readonly requireTime: () => void;
}

/** Counter rows updated concurrently. */
const concurrency = 10;

interface Counting {
  readonly event: StoredEvent;
  readonly count: Count;
}

/** By order id, why its events must be redelivered. */
type Failures = Map<string, unknown>;

/**
 * Counts a batch: only the last event of each order. Orders of one counter row are counted in one transaction, so a hot
 * row is written once for all of them. If any of them fails, each is counted on its own.
 *
 * @returns by order id, why its events must be redelivered
 */
export async function countEvents(
  events: readonly StoredEvent[],
  ports: GroupPorts,
): Promise<ReadonlyMap<string, unknown>> {
  const failures: Failures = new Map();
  const last = [...latestEvents(events).values()];
  await collectFailures(last, failures, ports, async () => {
    const counted = await ports.views.countedOf(last.map(({ order }) => order.orderId));
    const previous = new Map(counted.map((order) => [order.orderId, order]));
    const counting = last.flatMap((event) => {
      const count = toCount(event, previous.get(event.order.orderId));
      if (!count) ports.meter.count('Duplicates');
      return count ? [{ event, count }] : [];
    });
    const rows = Map.groupBy(counting, ({ count: { next } }) => `${next.sku}#${salesSlot(next.orderId)}`);
    for (const some of toChunks([...rows.values()], concurrency)) {
      await Promise.all(some.map((row) => countRow(row, failures, ports)));
    }
  });
  return failures;
}

async function countRow(row: readonly Counting[], failures: Failures, ports: GroupPorts): Promise<void> {
  for (const group of toChunks(row, ports.views.maxPerTransaction)) {
    const events = group.map(({ event }) => event);
    await collectFailures(events, failures, ports, () => countGroup(group, failures, ports));
  }
}

async function countGroup(group: readonly Counting[], failures: Failures, ports: GroupPorts): Promise<void> {
  const counts = group.map(({ count }) => count);
  const outcome = await retryConflicts(() => ports.views.countTogether(counts), ports);
  if (outcome === 'committed') return;
  for (const { event } of group) await collectFailures([event], failures, ports, () => countEvent(event, ports));
}

/** Runs work for some events; an error becomes the failure of each of their orders. */
async function collectFailures(
  events: readonly StoredEvent[],
  failures: Failures,
  { requireTime }: GroupPorts,
  work: () => Promise<void>,
): Promise<void> {
  try {
    requireTime();
    await work();
  } catch (error) {
    for (const { order } of events) failures.set(order.orderId, error);
  }
}
