import type { DeadLetter } from '../../../scripts/sale/check/dead-letter.ts';
import type { InvariantId } from '../../../scripts/sale/check/invariants.ts';
import type { BookEntry, ClientRecord, Snapshot, StoredOrder } from '../../../scripts/sale/check/snapshot.ts';
import type { Role, Sale } from './sale.ts';
import type { Contents, CorruptibleSystem, Kind } from './system.ts';

/** The rows and records after a sale, and methods to spoil them. */
export class Scene {
  readonly stores: Snapshot;
  readonly ids: Sale['ids'];
  book: BookEntry[];
  published: NonNullable<Snapshot['published']>;
  deadLetters: readonly DeadLetter[];
  clients: ClientRecord;
  readonly #system: CorruptibleSystem;

  constructor(system: CorruptibleSystem, sale: Sale) {
    this.#system = system;
    this.stores = { ...system.stores(), deadLetters: [] };
    this.ids = sale.ids;
    this.book = [...sale.book];
    this.published = [...sale.published];
    this.deadLetters = sale.deadLetters;
    this.clients = sale.clients;
  }

  /** The spoiled rows and records, as the checker reads them. */
  snapshot(): Snapshot {
    const { book, published, deadLetters } = this;
    return { ...this.#system.stores(), book, published, deadLetters };
  }

  put<K extends Kind>(kind: K, content: Contents[K], at: Contents[K] = content): void {
    this.#system.hands.put(kind, content, at);
  }

  remove<K extends Kind>(kind: K, content: Contents[K]): void {
    this.#system.hands.remove(kind, content);
  }

  /** Changes fields of a row under its old key. */
  change<K extends Kind>(kind: K, content: Contents[K], fields: Partial<Contents[K]>): void {
    this.put(kind, { ...content, ...fields }, content);
  }

  order(role: Role): StoredOrder {
    return found(this.stores.orders.find(({ orderId }) => orderId === this.ids[role]));
  }

  events(role: Role): Contents['event'][] {
    return this.stores.events
      .filter(({ order }) => order.orderId === this.ids[role])
      .sort((a, b) => a.order.version - b.order.version);
  }

  event(role: Role, state: string): Contents['event'] {
    return found(this.events(role).find(({ order }) => order.state === state));
  }

  guard(role: Role): Contents['guard'] {
    return found(this.stores.counted.find(({ orderId }) => orderId === this.ids[role]));
  }

  /** The counter row of a period that counts the order. */
  counter(role: Role, isTotal = true): Contents['counter'] {
    const { orderId, sku } = this.order(role);
    const slot = Number.parseInt(orderId.slice(-8), 16) % 8;
    return found(
      this.stores.sales.find((row) => row.sku === sku && row.slot === slot && (row.period === 'TOTAL') === isTotal),
    );
  }

  shard(sku: string, shard: number): Contents['shard'] {
    return found(this.stores.shards.find((one) => one.sku === sku && one.shard === shard));
  }

  supply(sku: string): Contents['supply'] {
    return found(this.stores.supplies.find((one) => one.sku === sku));
  }

  product(sku: string): Contents['product'] {
    return found(this.stores.products.find((one) => one.sku === sku));
  }

  /** Changes the order in its row and in each of its events. */
  changeThroughout(role: Role, fields: Partial<StoredOrder>): void {
    this.change('order', this.order(role), fields);
    for (const event of this.events(role)) this.put('event', changedEvent(event, fields), event);
  }
}

export function changedEvent(event: Contents['event'], fields: Partial<StoredOrder>): Contents['event'] {
  return { ...event, order: { ...event.order, ...fields } as Contents['event']['order'] };
}

export function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the sale lacks what this corruption changes');
  return value;
}

export interface Corruption {
  readonly name: string;
  /** The invariant that must report it. */
  readonly breaks: InvariantId;
  /** The only stores that hold such a row; all by default. */
  readonly only?: readonly StoreName[];
  /** Spoils the scene. @returns text that a violation must mention */
  readonly apply: (scene: Scene) => string;
}

const storeNames = ['memory', 'single partitions', 'DynamoDB', 'Firestore'] as const;
export type StoreName = (typeof storeNames)[number];
