import type { Order, OrderState } from '../../../functions/domain/order.ts';
import type { BookEntry, Snapshot } from '../../../scripts/sale/check/snapshot.ts';
import type { PlacedOrder, Placing } from '../../../scripts/sale/place-orders.ts';
import type { PlannedOrder } from '../../../scripts/sale/workload.ts';

const at = '2026-11-21T10:15:00.000Z';

/** Four orders for two units: one cancelled, one fulfilled, one refused by the partner, one rejected. */
export const plan: readonly PlannedOrder[] = [
  plannedOrder(0, { repeat: 'later', cancel: true }),
  plannedOrder(1, { repeat: 'in parallel' }),
  plannedOrder(2),
  plannedOrder(3),
];

const states: readonly OrderState[] = ['CANCELLED', 'FULFILLED', 'CANCELLED', 'REJECTED'];

function plannedOrder(index: number, kind: Partial<PlannedOrder> = {}): PlannedOrder {
  const order = { customer: `customer-${index}`, key: `key-${index}`, sku: 'lamp', quantity: 1 };
  return { ...order, repeat: 'never', cancel: false, ...kind };
}

const placed: readonly PlacedOrder[] = [...plan, ...plan.slice(0, 2)].map(({ repeat: _, ...order }) => ({
  ...order,
  orderId: order.key.replace('key', 'order'),
  ...({ unitPrice: 100, total: 100, currency: 'EUR', acceptedAt: at, clickedAt: 0 } as const),
}));

export const placing: Placing = {
  placed,
  unanswered: [],
  posts: 6,
  statuses: new Map([[202, 6]]),
  throttled: 0,
  repeated: { 'in parallel': 1, later: 1 },
  differing: 0,
  misstated: [],
  latenciesMs: [5],
  seconds: 1,
};

const orders: readonly Order[] = plan.map(({ repeat: _r, cancel: _c, key: _k, ...order }, index) => ({
  ...order,
  orderId: `order-${index}`,
  ...{ unitPrice: 100, currency: 'EUR', shardCount: 1, version: 2, allocation: [], acceptedAt: at, changedAt: at },
  state: states[index] ?? 'PENDING',
}));

const book: readonly BookEntry[] = [
  { orderId: 'order-1', sku: 'lamp', quantity: 1, state: 'accepted' },
  { orderId: 'order-2', sku: 'lamp', quantity: 1, state: 'refused' },
];

/** The part of the stores that the judge reads; it takes the invariants' verdicts as given. */
export const snapshot: Snapshot = {
  products: [
    {
      ...{ sku: 'lamp', name: 'Lamp', unitPrice: 100, currency: 'EUR', version: 1 },
      ...{ shardCount: 1, supplied: 2, changedAt: at },
    },
  ],
  ...{ shards: [], supplies: [], holdings: [], events: [], counted: [], sales: [], deadLetters: [] },
  orders,
  book,
};

export const cancels: ReadonlyMap<string, number> = new Map([['order-0', 200]]);

/** The snapshot with one order in another state. */
export function withState(index: number, state: OrderState): Snapshot {
  return { ...snapshot, orders: orders.map((order, i) => (i === index ? { ...order, state } : order)) };
}
