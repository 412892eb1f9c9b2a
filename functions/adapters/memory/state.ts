import type { FulfilmentRequest } from '../../contracts/fulfilment-request.ts';
import type { OrderEvent } from '../../contracts/order-event.ts';
import type { DeadLetterReason, OrderRequest } from '../../contracts/order-request.ts';
import type { CountedOrder } from '../../contracts/view.ts';
import type { Product } from '../../domain/product.ts';
import type { Sales } from '../../domain/sales.ts';
import type { StoredOrder } from '../../ports/orders.ts';
import type { Supply } from '../../ports/stock.ts';

/** All state of the memory adapters, in plain values that a test can inspect. */
export interface MemoryState {
  readonly orders: Map<string, StoredOrder>;
  readonly events: OrderEvent[];
  readonly products: Map<string, Product>;
  /** By `sku#shard`. */
  readonly shards: Map<string, { readonly left: number; readonly allocated: number }>;
  /** Units by `sku#customer`. */
  readonly holdings: Map<string, number>;
  readonly supplies: Map<string, Supply>;
  readonly counted: Map<string, CountedOrder>;
  readonly sales: Map<string, Sales>;
  readonly queue: OrderRequest[];
  readonly deadLetters: { readonly body: string; readonly reason: DeadLetterReason }[];
  readonly bus: OrderEvent[];
  readonly fulfilments: { readonly request: FulfilmentRequest; readonly delayMs: number }[];
  /** Awaited before each port call, so that a test's scheduler can order the calls. */
  readonly turn: () => Promise<void>;
}

export function memoryState(turn: () => Promise<void> = async () => {}): MemoryState {
  return {
    orders: new Map(),
    events: [],
    products: new Map(),
    shards: new Map(),
    holdings: new Map(),
    supplies: new Map(),
    counted: new Map(),
    sales: new Map(),
    queue: [],
    deadLetters: [],
    bus: [],
    fulfilments: [],
    turn,
  };
}

export const shardKey = (sku: string, shard: number) => `${sku}#${shard}`;
export const holdingKey = (sku: string, customer: string) => `${sku}#${customer}`;
export const emptyShard = { left: 0, allocated: 0 };
