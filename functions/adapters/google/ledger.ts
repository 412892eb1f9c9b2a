import { FieldValue, type Firestore, type Transaction } from '@google-cloud/firestore';
import { parseOrder } from '../../contracts/rows.ts';
import { holdingMove, isOpen, stockMove } from '../../domain/order.ts';
import type { CommitOutcome, OrderLedger, Transition } from '../../ports/ledger.ts';
import { exceedsLimit, holdingRef, moveHolding } from './holdings.ts';
import { eventPath, orderPath, stockPath } from './keys.ts';
import { type Decision, decide, unlessMoved } from './optimistic-transaction.ts';
import { parseLeft } from './stock.ts';

export function orderLedger(db: Firestore): OrderLedger {
  return { commit: (transition) => decide(db, () => decideCommit(db, transition)) };
}

async function decideCommit(db: Firestore, { before, after, event }: Transition): Promise<Decision<CommitOutcome>> {
  const { take, give } = stockMove(before, after);
  const shardRef = ({ shard }: { shard: number }) => db.doc(stockPath(after.sku, shard));
  const gain = holdingMove(before, after);
  const customers = holdingRef(db, after);
  const refs = [db.doc(orderPath(after.orderId)), ...take.map(shardRef), ...(gain > 0 ? [customers] : [])];
  const [order, ...others] = await db.getAll(...refs);
  const [shards, holding] = [others.slice(0, take.length), others[take.length]];
  // The order's condition outranks the stock's: an order that changed needs no stock.
  if (!order?.exists) return { outcome: 'stale' };
  const { order: stored } = parseOrder(order.data());
  if (stored.state !== before.state || stored.version !== before.version) return { outcome: 'stale' };
  if (exceedsLimit(after, gain, holding)) return { outcome: 'limit reached' };
  if (take.some(({ quantity }, index) => parseLeft(shards[index]) < quantity)) return { outcome: 'insufficient stock' };

  const { state, version, allocation, held, reason, changedAt } = after;
  const added = { ...(held && { held }), ...(reason && { reason }) };
  const write = (transaction: Transaction) => {
    const end = isOpen(after) ? {} : { open: FieldValue.delete() };
    transaction.update(order.ref, { state, version, allocation, changedAt, ...added, ...end }, unlessMoved(order));
    transaction.create(db.doc(eventPath(after.orderId, version)), { ...event, waiting: true });
    for (const [index, part] of take.entries()) {
      transaction.update(shardRef(part), { left: FieldValue.increment(-part.quantity) }, unlessMoved(shards[index]));
    }
    moveHolding(transaction, customers, after, gain, holding);
    for (const part of give) transaction.update(shardRef(part), { left: FieldValue.increment(part.quantity) });
  };
  return { outcome: 'committed', write };
}
