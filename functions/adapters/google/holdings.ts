import { type DocumentSnapshot, FieldValue, type Firestore, type Transaction } from '@google-cloud/firestore';
import { parseStored } from '../../contracts/readable-rows.ts';
import { holdingRow } from '../../contracts/rows.ts';
import type { Order } from '../../domain/order.ts';
import { holdingPath } from './keys.ts';
import { unlessMoved } from './optimistic-transaction.ts';

export const holdingRef = (db: Firestore, { sku, customer }: Order) => db.doc(holdingPath(sku, customer));

/** @param holding undefined when the order changes no holding, or returns units */
export function exceedsLimit(
  { limitPerCustomer = 0 }: Order,
  gain: number,
  holding: DocumentSnapshot | undefined,
): boolean {
  const held = holding?.exists ? parseStored(holdingRow, holding.data()).units : 0;
  return gain > 0 && held + gain > limitPerCustomer;
}

/** A gain depends on the holding that was read. A return is never refused: nothing may stop a cancel. */
export function moveHolding(
  transaction: Transaction,
  ref: ReturnType<typeof holdingRef>,
  { sku, customer }: Order,
  gain: number,
  holding: DocumentSnapshot | undefined,
): void {
  if (gain === 0) return;
  const units = FieldValue.increment(gain);
  if (gain < 0) transaction.set(ref, { v: 1, sku, customer, units }, { merge: true });
  else if (holding?.exists) transaction.update(ref, { units }, unlessMoved(holding));
  else transaction.create(ref, { v: 1, sku, customer, units: gain });
}
