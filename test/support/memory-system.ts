import { orderLedger } from '../../functions/adapters/memory/ledger.ts';
import { orderQueue } from '../../functions/adapters/memory/messaging.ts';
import { openOrders } from '../../functions/adapters/memory/open-orders.ts';
import { orderStore } from '../../functions/adapters/memory/orders.ts';
import { productReader, productWriter } from '../../functions/adapters/memory/products.ts';
import { type MemoryState, memoryState } from '../../functions/adapters/memory/state.ts';
import { stockLevels, stockSupply } from '../../functions/adapters/memory/stock.ts';
import { salesReader, salesViews } from '../../functions/adapters/memory/views.ts';
import type { Counter } from '../../functions/ports/runtime.ts';
import type { Snapshot } from '../../scripts/sale/check/snapshot.ts';

export const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** The whole system in memory: the ports of the real use cases, a ticking clock, and readable counters. */
export function memorySystem(turn?: () => Promise<void>) {
  const state = memoryState(turn);
  const counts = new Map<Counter, number>();
  let tick = Date.parse('2026-11-27T09:00:00.000Z');
  const ports = {
    orders: orderStore(state),
    open: openOrders(state),
    ledger: orderLedger(state),
    products: { ...productReader(state), ...productWriter(state) },
    queue: orderQueue(state),
    views: salesViews(state),
    sales: salesReader(state),
    stock: { ...stockLevels(state), ...stockSupply(state) },
    clock: { now: () => new Date(tick++).toISOString() },
    meter: { count: (name: Counter, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by) },
    pause: async () => {},
  };
  return { state, ports, count: (name: Counter) => counts.get(name) ?? 0 };
}

export function snapshotOf(state: MemoryState): Snapshot {
  const shards = [...state.shards].map(([key, levels]) => {
    const [sku = '', shard] = key.split('#');
    return { sku, shard: Number(shard), ...levels };
  });
  return {
    products: [...state.products.values()],
    shards,
    supplies: [...state.supplies.values()],
    holdings: [...state.holdings].map(([key, units]) => {
      const [sku = '', customer = ''] = key.split(/#(.*)/s);
      return { sku, customer, units };
    }),
    orders: [...state.orders.values()].map(({ order, requestHash }) => ({ ...order, requestHash })),
    events: state.events,
    counted: [...state.counted.values()],
    sales: [...state.sales].map(([key, sales]) => {
      const [sku = '', slot, period = ''] = key.split('#');
      return { sku, slot: Number(slot), period, ...sales };
    }),
    deadLetters: state.deadLetters.map(({ body, reason }) => ({
      step: reason === 'PARTNER_UNREACHABLE' ? 'fulfilment' : 'settlement',
      body,
      noted: reason,
    })),
  };
}
