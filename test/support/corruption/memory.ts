import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import { memorySystem, snapshotOf } from '../memory-system.ts';
import type { Contents, CorruptibleSystem, Hands, Kind } from './system.ts';

export function memoryStores(): CorruptibleSystem {
  const { state, ports } = memorySystem();
  const { turn: _, ...stored } = state;
  let handed = 0;
  return {
    ports,
    stored,
    hands: handsOn(state),
    stores: () => snapshotOf(state),
    async drain(hand) {
      for (; handed < state.events.length; handed++) await hand(state.events[handed] as OrderEvent);
    },
  };
}

type State = ReturnType<typeof memorySystem>['state'];

function handsOn(state: State): Hands {
  const maps = {
    order: state.orders,
    guard: state.counted,
    counter: state.sales,
    shard: state.shards,
    supply: state.supplies,
    holding: state.holdings,
    product: state.products,
  } as unknown as Readonly<Partial<Record<Kind, Map<string, unknown>>>>;
  return {
    put(kind, content, at = content) {
      if (kind === 'event') putEvent(state.events, content as OrderEvent, at as OrderEvent);
      else maps[kind]?.set(keyOf(kind, at), toStored(kind, content));
    },
    remove(kind, at) {
      if (kind === 'event') state.events.splice(indexOf(state.events, at as OrderEvent), 1);
      else maps[kind]?.delete(keyOf(kind, at));
    },
  };
}

function putEvent(events: OrderEvent[], event: OrderEvent, at: OrderEvent): void {
  const index = indexOf(events, at);
  if (index < 0) events.push(event);
  else events[index] = event;
}

function indexOf(events: readonly OrderEvent[], { order: { orderId, version } }: OrderEvent): number {
  return events.findIndex(({ order }) => order.orderId === orderId && order.version === version);
}

function keyOf<K extends Kind>(kind: K, content: Contents[K]): string {
  const { orderId, sku, customer, slot, shard, key, period } = content as Partial<Record<string, unknown>>;
  if (kind === 'counter') return `${sku}#${slot}#${period}`;
  if (kind === 'shard') return `${sku}#${shard}`;
  if (kind === 'supply') return `${sku}#${key}`;
  if (kind === 'holding') return `${sku}#${customer}`;
  return String(kind === 'product' ? sku : orderId);
}

/** Rows of counters and shards do not repeat their key. */
function toStored<K extends Kind>(kind: K, content: Contents[K]): unknown {
  if (kind === 'order') {
    const { requestHash, ...order } = content as Contents['order'];
    return { order, requestHash };
  }
  if (kind === 'counter') {
    const { sku: _, slot: __, period: ___, expiresAt: ____, ...sales } = content as Contents['counter'];
    return sales;
  }
  if (kind === 'holding') return (content as Contents['holding']).units;
  if (kind !== 'shard') return content;
  const { left, allocated } = content as Contents['shard'];
  return { left, allocated };
}
