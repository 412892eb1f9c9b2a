import type { OrderEvent } from '../contracts/order-event.ts';
import { openBuckets } from '../domain/open-order.ts';
import type { Order } from '../domain/order.ts';
import { rehearsalCustomer, rehearsalSku } from '../domain/rehearsal.ts';
import type { OpenOrders } from '../ports/open-orders.ts';
import type { OrderStore } from '../ports/orders.ts';
import type { ProductReader } from '../ports/products.ts';
import type { Clock } from '../ports/runtime.ts';
import type { StockLevels } from '../ports/stock.ts';
import { findViolations, type Sample } from './find-violations.ts';

export interface InspectionPorts {
  readonly open: OpenOrders;
  readonly orders: Pick<OrderStore, 'find' | 'listByCustomer'>;
  readonly events: { find(orderId: string, version: number): Promise<OrderEvent | undefined> };
  readonly products: Pick<ProductReader, 'find'>;
  readonly stock: StockLevels;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
  readonly lateMs: number;
}

/** The oldest open order of each partition, where a mistake shows first. */
const perBucket = 5;
const rehearsals = 100;
const withEvents = 10;
const recentMs = 3_600_000;
/** Other releases rehearse at the same time: a violation that is gone in the next sample was a transition. */
const attempts = 5;
const pauseMs = 2_000;

/**
 * Reads a sample of the stores once a new version gets all calls.
 *
 * @throws {Error} naming the violations, when each of several samples has some
 */
export async function inspect(ports: InspectionPorts): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const violations = findViolations(await readSample(ports));
    if (violations.length === 0) return;
    if (attempt === attempts) throw new Error(violations.slice(0, 10).join('; '));
    await ports.sleep(pauseMs);
  }
}

async function readSample({ orders, events, products, stock, clock, open, lateMs }: InspectionPorts): Promise<Sample> {
  const at = clock.now();
  const buckets = Array.from({ length: openBuckets }, (_, bucket) => open.list(bucket, at, perBucket));
  const listed = (await Promise.all(buckets)).flatMap((page) => page.orders);
  const current = await Promise.all(listed.map(({ orderId }) => orders.find(orderId)));
  const own = await readRehearsals(orders);
  const sampled = [...current.filter((order) => order !== undefined), ...own.slice(0, withEvents)];
  const product = await products.find(rehearsalSku);
  const levels = product ? await stock.snapshot(rehearsalSku, product.shardCount) : [];
  return {
    at,
    orders: await Promise.all(
      sampled.map(async (order) => ({ order, event: await events.find(order.orderId, order.version) })),
    ),
    rehearsal: { supplied: product?.supplied ?? 0, left: (levels ?? []).map(({ left }) => left), orders: own },
    lateMs,
    recentMs,
  };
}

/** The index lags, so each order is read again. */
async function readRehearsals(orders: InspectionPorts['orders']): Promise<readonly Order[]> {
  const page = await orders.listByCustomer(rehearsalCustomer, rehearsals);
  const found = await Promise.all(page.orders.map(({ orderId }) => orders.find(orderId)));
  return found.filter((order) => order !== undefined);
}
