import { type Collection, type Document, snapshotOfDocuments } from '../../../scripts/sale/check/document-rows.ts';
import { bucketOf, isFinal, minuteExpiry } from '../../../scripts/sale/check/rules.ts';
import { memoryStores } from './memory.ts';
import type { Contents, CorruptibleSystem, Hands, Kind } from './system.ts';

type Fields = Record<string, unknown>;
type Stored = Map<Collection, Map<string, Fields>>;

/** A sale in memory, whose rows are then stored as Firestore documents. */
export function firestoreDocuments(): CorruptibleSystem & { readonly stored: Stored } {
  const memory = memoryStores();
  const stored: Stored = new Map();
  const hands = handsOn(stored);
  return {
    ...memory,
    stored,
    hands,
    async drain(hand) {
      await memory.drain(hand);
      copyTo(hands, memory.stores());
    },
    stores: () => snapshotOfDocuments((collection) => [...(stored.get(collection) ?? [])].map(toDocument)),
  };
}

function toDocument([id, fields]: [string, Fields]): Document {
  return { id, fields };
}

function copyTo(hands: Hands, stores: ReturnType<CorruptibleSystem['stores']>): void {
  for (const order of stores.orders) {
    hands.put('order', order);
    const entry = { bucket: bucketOf(order.orderId), orderId: order.orderId, acceptedAt: order.acceptedAt };
    if (!isFinal(order.state)) hands.put('open', entry);
    else hands.remove('open', entry);
  }
  for (const event of stores.events) hands.put('event', event);
  for (const guard of stores.counted) hands.put('guard', guard);
  for (const row of stores.sales) {
    const expiry = row.period === 'TOTAL' ? {} : { expiresAt: minuteExpiry(row.period) };
    hands.put('counter', { ...row, ...expiry });
  }
  for (const shard of stores.shards) hands.put('shard', shard);
  for (const holding of stores.holdings) hands.put('holding', holding);
  for (const supply of stores.supplies) hands.put('supply', supply);
  for (const product of stores.products) hands.put('product', product);
}

type StoredKind = Exclude<Kind, 'listed' | 'open'>;

const paths: { readonly [K in StoredKind]: (content: Contents[K]) => readonly [Collection, string] } = {
  order: ({ orderId }) => ['orders', orderId],
  event: ({ order: { orderId, version } }) => ['events', `${orderId}#${version}`],
  guard: ({ orderId }) => ['counted', orderId],
  counter: ({ sku, slot, period }) =>
    period === 'TOTAL' ? ['salesTotals', `${sku}#${slot}`] : ['salesMinutes', `${sku}#${slot}#${period}`],
  shard: ({ sku, shard }) => ['stock', `${sku}#${shard}`],
  holding: ({ sku, customer }) => ['holdings', `${sku}#${customer}`],
  supply: ({ sku, key }) => ['supplies', `${sku}#${key}`],
  product: ({ sku }) => ['catalog', sku],
};

function handsOn(stored: Stored): Hands {
  const collectionOf = (name: Collection) => {
    const found = stored.get(name) ?? new Map<string, Fields>();
    stored.set(name, found);
    return found;
  };
  const putOpen = ({ orderId }: Contents['open'], open: number | undefined) => {
    const { open: _, ...fields } = collectionOf('orders').get(orderId) ?? {};
    collectionOf('orders').set(orderId, open === undefined ? fields : { ...fields, open });
  };
  return {
    put(kind, content, at = content) {
      if (kind === 'listed') return;
      if (kind === 'open') return putOpen(at as Contents['open'], (content as Contents['open']).bucket);
      const [collection, id] = pathOf(kind, at);
      const before = collectionOf(collection).get(id);
      collectionOf(collection).set(id, { ...before, ...toFields(kind, content) });
    },
    remove(kind, at) {
      if (kind === 'listed') return;
      if (kind === 'open') return putOpen(at as Contents['open'], undefined);
      const [collection, id] = pathOf(kind, at);
      collectionOf(collection).delete(id);
    },
  };
}

function pathOf(kind: StoredKind, content: unknown): readonly [Collection, string] {
  return (paths[kind] as (content: unknown) => readonly [Collection, string])(content);
}

function toFields(kind: StoredKind, content: object): Fields {
  if (kind === 'order') {
    const { acceptedAt, orderId } = content as Contents['order'];
    return { ...content, position: `${acceptedAt}#${orderId}` };
  }
  if (kind !== 'counter') return { ...content };
  const { expiresAt, ...row } = content as Contents['counter'];
  return { ...row, ...(expiresAt !== undefined && { expiresAt: { seconds: expiresAt } }) };
}
