import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import type { CountedOrder } from '../../../functions/contracts/view.ts';
import {
  countOrder,
  eventTypes,
  idOfKey,
  partOfSupply,
  requestHashesOf,
  slotOf,
  toMinute,
  zeroCounters,
} from '../../sale/check/rules.ts';
import type {
  AcceptedRecord,
  BookEntry,
  ClientRecord,
  SalesRow,
  Snapshot,
  StoredOrder,
} from '../../sale/check/snapshot.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const sku = 'lamp';
const shardCount = 8;
const begunAtMs = Date.parse('2026-11-27T09:00:00.000Z');

/** State sequences of orders: half are rejected, as in a sale that sells out. */
const paths = [
  ['REJECTED'],
  ['CONFIRMED', 'FULFILLING', 'FULFILLED'],
  ['REJECTED'],
  ['CONFIRMED', 'FULFILLING', 'FULFILLED'],
  ['REJECTED'],
  ['CONFIRMED', 'FULFILLING', 'CANCELLED'],
  ['REJECTED'],
  ['CONFIRMED', 'CANCELLED'],
] as const;

interface Writable {
  readonly orders: StoredOrder[];
  readonly events: OrderEvent[];
  readonly counted: CountedOrder[];
  readonly book: BookEntry[];
  readonly accepted: AcceptedRecord[];
  readonly sales: Map<string, SalesRow>;
}

/** Builds consistent stores and answers as a sale of `count` orders of one product would leave them. */
export function buildLargeSale(count: number): { snapshot: Snapshot; clients: ClientRecord } {
  const built: Writable = { orders: [], events: [], counted: [], book: [], accepted: [], sales: new Map() };
  for (let index = 0; index < count; index++) addOrder(index, built);
  const { orders, events, counted, book, accepted, sales } = built;
  const sold = countSold(orders);
  // With one unit less, the fullest shard would be oversold.
  const supplied = Math.max(...sold) * shardCount;
  const at = new Date(begunAtMs).toISOString();
  const product = { sku, name: 'Lamp', unitPrice: 700, currency: 'EUR', version: 1, shardCount, supplied } as const;
  const shards = toShards(sold, supplied);
  return {
    snapshot: {
      ...{ orders, events, counted, book, shards, sales: [...sales.values()], deadLetters: [], open: [], strays: [] },
      products: [{ ...product, changedAt: at }],
      holdings: [],
      supplies: [{ sku, key: 'first-supply', quantity: supplied, at }],
      // Stands in for the witness: rejected orders saw no stock.
      lowest: new Map(orders.filter(({ state }) => state === 'REJECTED').map(({ orderId }) => [orderId, 0])),
    },
    // No API serves these rows, so there are no foreign attempts to read orders, and I6 does not hold.
    clients: { accepted, foreignAttempts: 0, foreignAnswers: [] },
  };
}

/** Units sold, by shard. */
function countSold(orders: readonly StoredOrder[]): number[] {
  const sold = Array.from({ length: shardCount }, () => 0);
  for (const { state, allocation } of orders)
    if (state === 'FULFILLED') for (const { shard } of allocation) sold[shard] = (sold[shard] ?? 0) + 1;
  return sold;
}

const toShards = (sold: readonly number[], supplied: number) =>
  sold.map((units, shard) => {
    const allocated = partOfSupply(supplied, shard, shardCount);
    return { sku, shard, allocated, left: allocated - units };
  });

function addOrder(index: number, { orders, events, counted, book, accepted, sales }: Writable): void {
  const [customer, key] = [`customer-${index % 200}`, `sale-${index}`];
  const acceptedAt = new Date(begunAtMs + index * 10).toISOString();
  const about = {
    orderId: idOfKey(customer, key),
    sku,
    quantity: 1,
    unitPrice: 700,
    currency: 'EUR',
    acceptedAt,
  } as const;
  accepted.push({ ...about, customer, key, total: 700 });
  let order: OrderEvent['order'] | undefined;
  for (const [step, state] of (paths[index % paths.length] ?? []).entries()) {
    const allocation = state === 'REJECTED' ? [] : [{ shard: index % shardCount, quantity: 1 }];
    const changedAt = new Date(begunAtMs + index * 10 + step + 1).toISOString();
    order = { ...about, customer, shardCount, state, version: step + 2, allocation, changedAt };
    events.push({ v: 1, type: eventTypes[state] as OrderEvent['type'], traceparent, order });
    if (state === 'FULFILLED') book.push({ ...about, state: 'accepted' });
    if (state === 'CANCELLED' && step === 2) book.push({ ...about, state: 'refused' });
  }
  if (!order) return;
  orders.push({ ...order, requestHash: requestHashesOf(order)[1] ?? '' });
  const { orderId, version, state, quantity, unitPrice } = order;
  counted.push({ v: 1, orderId, sku, version, state, quantity, unitPrice, acceptedAt, traceparent });
  for (const period of ['TOTAL', toMinute(acceptedAt)]) {
    const name = `${slotOf(orderId)} ${period}`;
    const row = sales.get(name) ?? { sku, slot: slotOf(orderId), period, ...zeroCounters() };
    countOrder(row, order);
    sales.set(name, row);
  }
}
