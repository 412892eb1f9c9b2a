import * as z from 'zod';
import * as grammar from '../../contracts/grammar.ts';
import { orderEvent, orderSnapshot } from '../../contracts/order-event.ts';
import { parseStored } from '../../contracts/readable-rows.ts';
import { storedOrder, stockRow as storedStock } from '../../contracts/rows.ts';
import type { Row } from './store.ts';

const shard = z.int().min(0);

export const orderRow = z.object({
  order: storedOrder,
  requestHash: z.string(),
  /** The only place where the order's decision may be stored. */
  home: z.object({ attempt: z.int().min(0), shard }),
});
export type OrderRow = z.infer<typeof orderRow>;

/** Result of an attempt: a tombstone when the order moved to another home, or the order's new state. */
export const decisionRow = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('MOVED') }),
  z.object({
    kind: z.literal('DECIDED'),
    change: orderSnapshot.pick({
      state: true,
      version: true,
      allocation: true,
      held: true,
      reason: true,
      changedAt: true,
    }),
  }),
]);

export const outboxRow = orderEvent;

export const stockRow = z.object({
  ...storedStock.shape,
  /** How many transfers this shard has sent. */
  sent: z.int().min(0),
  /** Units that left this shard and may not have arrived. */
  outgoing: z.object({ number: z.int(), to: shard, quantity: z.int().min(1) }).optional(),
});
export type StockRow = z.infer<typeof stockRow>;
export const emptyStock: StockRow = { left: 0, allocated: 0, sent: 0 };

export const supplyRow = z.object({
  sku: grammar.sku,
  key: grammar.idempotencyKey,
  quantity: grammar.supply,
  at: grammar.timestamp,
  parts: z.array(z.object({ shard, quantity: z.int().min(1) })),
});

/** A parsed row, with the ETag that a write needs. */
export interface Read<Value> {
  readonly etag: string;
  readonly value: Value;
}

/** @throws {UnreadableRowError} */
export function parseRow<Value>(schema: z.ZodType<Value>, found: Row | undefined): Read<Value> | undefined {
  return found && { etag: found.etag, value: parseStored(schema, found.value, found.row) };
}
