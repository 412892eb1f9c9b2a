import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { isOpen, type Order, stockMove } from '../../domain/order.ts';
import type { ShardQuantity } from '../../domain/stock.ts';
import type { GroupLedger, Refused, Transition } from '../../ports/ledger.ts';
import { type Cancelled, parseCancellation } from './cancellation.ts';
import { documents, maxTransactionItems } from './clients/dynamodb-client.ts';
import { toEventRow } from './event-row.ts';
import { type Retention, toExpiresAt } from './expiry.ts';
import { type HoldingMove, moveHolding, toHoldingMoves } from './holdings.ts';
import { orderKey, stockKey } from './keys.ts';

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

const itemsPerOrder = 2;
const itemsPerShard = 1;
/** Upper bound: orders of one customer share the holding item. */
const itemsPerLimitedOrder = itemsPerOrder + 1;

export function orderLedger(tables: { orders: string; stock: string }, retention: Retention = {}): GroupLedger {
  const orderWrites = (transition: Transition): Write[] => {
    const expiresAt = toExpiresAt(transition.after.changedAt, retention);
    return [moveOrder(tables.orders, transition, expiresAt), putEvent(tables.orders, transition, expiresAt)];
  };
  return {
    maxPerTransaction: (limited) =>
      Math.floor((maxTransactionItems - itemsPerShard) / (limited ? itemsPerLimitedOrder : itemsPerOrder)),
    maxRejections: Math.floor(maxTransactionItems / itemsPerOrder),

    async commit(transition) {
      const { before, after } = transition;
      const { take, give } = stockMove(before, after);
      const holdings = toHoldingMoves([transition]);
      const writes = [...orderWrites(transition), ...holdings.map((move) => moveHolding(tables.stock, move))];
      const cancelled = await transact([
        ...writes,
        ...take.map((part) => moveStock(tables.stock, after.sku, part, 'take')),
        ...give.map((part) => moveStock(tables.stock, after.sku, part, 'give')),
      ]);
      if (!cancelled) return 'committed';
      if (cancelled.kind === 'conflict') return 'conflict';
      // The order's condition outranks the others: an order that changed needs no stock.
      if (cancelled.failed.has(0)) return 'stale';
      return holdings.length > 0 && cancelled.failed.has(itemsPerOrder) ? 'limit reached' : 'insufficient stock';
    },

    async commitTogether(transitions) {
      const holdings = toHoldingMoves(transitions);
      const writes = [...transitions.flatMap(orderWrites), ...holdings.map((move) => moveHolding(tables.stock, move))];
      const cancelled = await transact([
        ...writes,
        ...takeTogether(transitions).map(({ sku, ...part }) => moveStock(tables.stock, sku, part, 'take')),
      ]);
      if (!cancelled) return 'committed';
      if (cancelled.kind === 'conflict') return 'conflict';
      return toRefused(cancelled.failed, transitions, holdings);
    },
  };
}

/** The transaction's items: order and event of each transition, then holdings, then shards. */
function toRefused(
  failed: ReadonlyMap<number, unknown>,
  transitions: readonly Transition[],
  holdings: readonly HoldingMove[],
): Refused {
  const indexes = [...failed.keys()];
  const firstHolding = transitions.length * itemsPerOrder;
  return {
    stale: new Set(indexes.flatMap((index) => transitions[index / itemsPerOrder]?.before.orderId ?? [])),
    overLimit: new Set(indexes.flatMap((index) => holdings[index - firstHolding]?.orderIds ?? [])),
    isShort: indexes.some((index) => index >= firstHolding + holdings.length),
  };
}

async function transact(TransactItems: Write[]): Promise<Cancelled | undefined> {
  try {
    await documents.send(new TransactWriteCommand({ TransactItems }));
    return undefined;
  } catch (error) {
    return parseCancellation(error);
  }
}

/** Total units taken per shard: a transaction may name an item only once. */
function takeTogether(transitions: readonly Transition[]): readonly (ShardQuantity & { readonly sku: string })[] {
  const parts = new Map<string, ShardQuantity & { readonly sku: string }>();
  for (const { before, after } of transitions) {
    for (const { shard, quantity } of stockMove(before, after).take) {
      const key = `${after.sku}#${shard}`;
      parts.set(key, { sku: after.sku, shard, quantity: quantity + (parts.get(key)?.quantity ?? 0) });
    }
  }
  return [...parts.values()];
}

/** @param expiresAt of the transition; an open order has none, so that it stays until its end */
function moveOrder(table: string, { before, after }: Transition, expiresAt: number | undefined): Write {
  // A final order leaves the index of open orders in the same write.
  const leave = isOpen(after)
    ? { expression: '', names: {} }
    : { expression: ' REMOVE #open', names: { '#open': 'open' } };
  const set = 'SET #state = :state, #version = :version, #allocation = :allocation, #changedAt = :changedAt';
  const added = toAdded({ ...after, expiresAt: isOpen(after) ? undefined : expiresAt });
  return {
    Update: {
      TableName: table,
      Key: orderKey(after.orderId),
      UpdateExpression: `${set}${added.expression}${leave.expression}`,
      ConditionExpression: '#state = :from AND #version = :fromVersion',
      ExpressionAttributeNames: {
        '#state': 'state',
        '#version': 'version',
        '#allocation': 'allocation',
        '#changedAt': 'changedAt',
        ...added.names,
        ...leave.names,
      },
      ExpressionAttributeValues: {
        ':state': after.state,
        ':version': after.version,
        ':allocation': after.allocation,
        ':changedAt': after.changedAt,
        ':from': before.state,
        ':fromVersion': before.version,
        ...added.values,
      },
    },
  };
}

/** Attributes that only some orders have. */
function toAdded({ held, reason, expiresAt }: Order & { readonly expiresAt: number | undefined }) {
  const found = Object.entries({ held, reason, expiresAt }).filter(([, value]) => value !== undefined);
  return {
    expression: found.map(([name]) => `, #${name} = :${name}`).join(''),
    names: Object.fromEntries(found.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries(found.map(([name, value]) => [`:${name}`, value])),
  };
}

function putEvent(table: string, { event }: Transition, expiresAt: number | undefined): Write {
  return { Put: { TableName: table, Item: toEventRow(event, expiresAt) } };
}

// A shard without a row has no `left`, so either condition fails.
const moves = {
  take: { UpdateExpression: 'SET #left = #left - :quantity', ConditionExpression: '#left >= :quantity' },
  give: { UpdateExpression: 'SET #left = #left + :quantity', ConditionExpression: 'attribute_exists(pk)' },
};

function moveStock(table: string, sku: string, part: ShardQuantity, move: keyof typeof moves): Write {
  return {
    Update: {
      TableName: table,
      Key: stockKey(sku, part.shard),
      ...moves[move],
      ExpressionAttributeNames: { '#left': 'left' },
      ExpressionAttributeValues: { ':quantity': part.quantity },
    },
  };
}
