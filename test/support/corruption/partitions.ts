import { memoryPartitions } from '../../../functions/adapters/memory/partition-store.ts';
import { partitionPorts } from '../../../functions/adapters/single-partition/ports.ts';
import type { Row } from '../../../functions/adapters/single-partition/store.ts';
import { sweepAll } from '../../../functions/adapters/single-partition/sweep.ts';
import { toSnapshot } from '../../../scripts/sale/single-partition-system.ts';
import type { Contents, CorruptibleSystem, Hands, Kind } from './system.ts';

export type Partitions = Map<string, Map<string, Row>>;

export function singlePartitions(): CorruptibleSystem & { readonly partitions: Partitions } {
  const { store, partitions } = memoryPartitions();
  return {
    partitions,
    stored: partitions,
    ports: partitionPorts(store),
    hands: handsOn(partitions),
    drain: (hand) => sweepAll(store, hand),
    stores: () => toSnapshot(partitions),
  };
}

export function putRow(partitions: Partitions, partition: string, row: string, value: unknown): void {
  const rows = partitions.get(partition) ?? new Map<string, Row>();
  partitions.set(partition, rows);
  rows.set(row, { row, etag: 'corrupted', value });
}

export function readValue<Value = Record<string, unknown>>(partitions: Partitions, [partition, row]: Place): Value {
  return partitions.get(partition)?.get(row)?.value as Value;
}

type Place = readonly [partition: string, row: string];

function handsOn(partitions: Partitions): Hands {
  const read = (place: Place) => readValue(partitions, place) ?? {};
  return {
    put(kind, content, at = content) {
      const place = placeOf(partitions, kind, at);
      putRow(partitions, ...place, toValue(kind, content, read(place)));
      if (kind === 'order' && !('home' in read(place))) settle(partitions, content as Contents['order']);
    },
    remove(kind, at) {
      const [partition, row] = placeOf(partitions, kind, at);
      partitions.get(partition)?.delete(row);
    },
  };
}

const places: { readonly [K in Kind]: (content: Contents[K], partitions: Partitions) => Place } = {
  order: ({ orderId }) => [`ORDER|${orderId}`, 'ORDER'],
  event: ({ order: { orderId, version, sku } }, partitions) => [
    findPartition(partitions, `EVENT|${orderId}|${version}`) ?? `STOCK|${sku}|0`,
    `EVENT|${orderId}|${version}`,
  ],
  guard: ({ orderId }, partitions) => [
    findPartition(partitions, `COUNTED|${orderId}`) ?? `VIEW|${slotOf(orderId)}`,
    `COUNTED|${orderId}`,
  ],
  counter: ({ sku, slot, period }) => [`VIEW|${slot}`, period === 'TOTAL' ? `TOTAL|${sku}` : `MINUTE|${sku}|${period}`],
  shard: ({ sku, shard }) => [`STOCK|${sku}|${shard}`, 'STOCK'],
  holding: ({ sku, customer }, partitions) => [
    findPartition(partitions, `HOLDING|${customer}`, `STOCK|${sku}|`) ?? `STOCK|${sku}|0`,
    `HOLDING|${customer}`,
  ],
  supply: ({ sku, key }) => [`PRODUCT|${sku}`, `SUPPLY|${key}`],
  product: ({ sku }) => [`PRODUCT|${sku}`, 'PRODUCT'],
  open: ({ bucket, acceptedAt, orderId }) => [`OPENORDER|${bucket}`, `${acceptedAt}|${orderId}`],
  listed: ({ customer, acceptedAt, orderId }) => [
    `CUSTOMER|${customer}`,
    `${9_999_999_999_999 - Date.parse(acceptedAt)}|${orderId}`,
  ],
};

const slotOf = (orderId: string) => Number.parseInt(orderId.slice(-8), 16) % 8;

function placeOf<K extends Kind>(partitions: Partitions, kind: K, content: Contents[K]): Place {
  return places[kind](content, partitions);
}

function findPartition(partitions: Partitions, row: string, prefix = ''): string | undefined {
  return [...partitions].find(([name, rows]) => name.startsWith(prefix) && rows.has(row))?.[0];
}

function toValue<K extends Kind>(kind: K, content: Contents[K], before: Record<string, unknown>): unknown {
  switch (kind) {
    case 'order': {
      const { requestHash, ...order } = content as Contents['order'];
      return { ...before, order, requestHash };
    }
    case 'counter': {
      const { sku: _, slot: __, period: ___, expiresAt: ____, ...sales } = content as Contents['counter'];
      return sales;
    }
    case 'shard': {
      const { left, allocated } = content as Contents['shard'];
      return { sent: 0, ...before, left, allocated };
    }
    case 'supply':
      return { parts: [], ...before, ...content };
    case 'open': {
      const { acceptedAt, orderId } = content as Contents['open'];
      return { acceptedAt, orderId };
    }
    case 'listed':
      return { orderId: (content as Contents['listed']).orderId };
    default:
      return content;
  }
}

/** A new order gets a home with its decision, as if the protocol had stored it. */
function settle(partitions: Partitions, { requestHash, ...order }: Contents['order']): void {
  const { orderId, sku, state, version, allocation, held, changedAt } = order;
  const home = { attempt: 0, shard: allocation[0]?.shard ?? 0 };
  putRow(partitions, `ORDER|${orderId}`, 'ORDER', { order, requestHash, home });
  const value = { kind: 'DECIDED', change: { state, version, allocation, ...(held && { held }), changedAt } };
  if (version > 1) putRow(partitions, `STOCK|${sku}|${home.shard}`, `DECISION|${orderId}|0`, value);
}
