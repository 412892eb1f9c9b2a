import { toEventRow } from '../../../functions/adapters/aws/event-row.ts';
import { toExpiresAt } from '../../../functions/adapters/aws/expiry.ts';
import { orderKey, stockKey } from '../../../functions/adapters/aws/keys.ts';
import { type OrderEvent, toOrderEvent } from '../../../functions/contracts/order-event.ts';
import { orderRow } from '../../../functions/contracts/rows.ts';
import {
  beginFulfilment,
  cancelRefused,
  confirmOrder,
  fulfilOrder,
  type Order,
} from '../../../functions/domain/order.ts';
import { rankShardsFor } from '../../../functions/domain/sharding.ts';
import { allocate } from '../../../functions/domain/stock.ts';
import type { Retention } from '../../sale/check/retention.ts';
import type { BookEntry } from '../../sale/check/snapshot.ts';
import { follow, traceOf } from './mend-orders.ts';
import { type Difference, type Row, rowName } from './rows.ts';

/**
 * Moves each order to the final state that the partner decided: shipped units cannot be sold again or cancelled. Only
 * an order in FULFILLING has asked the partner. If that step, or the confirmation, is lost, the missing steps are
 * written again.
 *
 * @param rows changed
 * @param left units per shard; changed
 */
export function followBook(
  rows: Map<string, Row>,
  book: readonly BookEntry[],
  left: Map<string, number>,
  when: When,
): Difference[] {
  const known = new Set(book.map(({ orderId }) => orderId));
  const unknown = [...rows.values()]
    .filter(({ sk, state }) => sk === 'ORDER' && state === 'FULFILLED')
    .filter(({ orderId }) => !known.has(String(orderId)))
    .map((row) => ({ row: rowName(row), reason: 'is FULFILLED, but the partner has no record of it', mended: false }));
  return [...book.flatMap((entry) => followEntry(rows, entry, left, when)), ...unknown];
}

interface When {
  readonly at: string;
  /** Undefined: no row of an order ever expires. */
  readonly retention: Retention | undefined;
}

function followEntry(
  rows: Map<string, Row>,
  entry: BookEntry,
  left: Map<string, number>,
  { at, retention }: When,
): Difference[] {
  const name = rowName(orderKey(entry.orderId));
  const parsed = orderRow.safeParse(rows.get(name));
  const differ = (reason: string, mended = false): Difference[] => [{ row: name, reason, mended }];
  if (!parsed.success)
    return differ(`the partner ${entry.state} ${entry.quantity} ${entry.sku}; no other record mentions it`);
  const { requestHash: _, ...order } = parsed.data;
  if (order.sku !== entry.sku || order.quantity !== entry.quantity)
    return differ(`is of ${order.quantity} ${order.sku}; the partner has ${entry.quantity} ${entry.sku}`);
  const agreed = entry.state === 'accepted' ? 'FULFILLED' : 'CANCELLED';
  if (order.state === agreed) return [];
  if (order.state === 'REJECTED' || order.state === 'CANCELLED' || order.state === 'FULFILLED')
    return differ(`is ${order.state}; the partner ${entry.state} it`);
  const steps = stepsTo(order, entry.state, left, at);
  if (!steps) return differ(`the partner ${entry.state} it, but no stock is left to confirm it`);
  let row: Row = rows.get(name) ?? orderKey(order.orderId);
  for (const step of steps) {
    const event: OrderEvent = toOrderEvent(step, traceOf(order.orderId));
    const expiresAt = toExpiresAt(step.changedAt, retention ?? {});
    const eventRow = toEventRow(event, expiresAt);
    rows.set(rowName(eventRow), eventRow);
    row = follow(row, { ...step, expiresAt });
  }
  rows.set(name, row);
  return differ(`was ${order.state}; the partner ${entry.state} it: ${agreed}`, true);
}

/** The order after each missing transition; undefined if a lost confirmation finds no stock. */
function stepsTo(
  order: Order,
  decided: BookEntry['state'],
  left: Map<string, number>,
  at: string,
): Order[] | undefined {
  const steps: Order[] = [];
  let last = order;
  const add = (next: Order) => {
    last = next;
    steps.push(next);
  };
  if (last.state === 'PENDING') {
    const allocation = take(last, left);
    if (!allocation) return undefined;
    add(confirmOrder(last, allocation, at));
  }
  if (last.state === 'CONFIRMED') add(beginFulfilment(last, at));
  add(decided === 'accepted' ? fulfilOrder(last, at) : cancelRefused(last, at));
  if (decided === 'refused') for (const part of last.allocation) change(left, last.sku, part.shard, part.quantity);
  return steps;
}

function take(order: Order, left: Map<string, number>) {
  const levels = Array.from({ length: order.shardCount }, (_, shard) => ({
    shard,
    left: left.get(stockKey(order.sku, shard).pk) ?? 0,
  }));
  const allocation = allocate(levels, rankShardsFor(order), order.quantity);
  for (const part of allocation ?? []) change(left, order.sku, part.shard, -part.quantity);
  return allocation;
}

function change(left: Map<string, number>, sku: string, shard: number, units: number): void {
  const { pk } = stockKey(sku, shard);
  left.set(pk, (left.get(pk) ?? 0) + units);
}
