import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { type Order, stockMove } from '../../domain/order.ts';
import type { ShardQuantity } from '../../domain/stock.ts';
import type { OrderLedger, Transition } from '../../ports/ledger.ts';
import { readCancellation } from './cancelled.ts';
import { documents } from './dynamodb-client.ts';
import { eventKey, orderKey, stockKey } from './keys.ts';

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

export function orderLedger(tables: { orders: string; stock: string }): OrderLedger {
  return {
    async commit(transition) {
      const { before, after } = transition;
      const { take, give } = stockMove(before, after);
      const writes: Write[] = [
        moveOrder(tables.orders, before, after),
        putEvent(tables.orders, transition),
        ...take.map((part) => moveStock(tables.stock, after.sku, part, 'take')),
        ...give.map((part) => moveStock(tables.stock, after.sku, part, 'give')),
      ];
      try {
        await documents.send(new TransactWriteCommand({ TransactItems: writes }));
        return 'committed';
      } catch (error) {
        const cancelled = readCancellation(error);
        if (cancelled.kind === 'conflict') return 'conflict';
        // The order's own condition outranks the stock's: an order that moved needs no stock.
        return cancelled.failed.has(0) ? 'stale' : 'short';
      }
    },
  };
}

function moveOrder(table: string, before: Order, after: Order): Write {
  return {
    Update: {
      TableName: table,
      Key: orderKey(after.orderId),
      UpdateExpression: 'SET #state = :state, #version = :version, #allocation = :allocation, #changedAt = :changedAt',
      ConditionExpression: '#state = :from AND #version = :fromVersion',
      ExpressionAttributeNames: {
        '#state': 'state',
        '#version': 'version',
        '#allocation': 'allocation',
        '#changedAt': 'changedAt',
      },
      ExpressionAttributeValues: {
        ':state': after.state,
        ':version': after.version,
        ':allocation': after.allocation,
        ':changedAt': after.changedAt,
        ':from': before.state,
        ':fromVersion': before.version,
      },
    },
  };
}

function putEvent(table: string, { after, event }: Transition): Write {
  const Item = { ...eventKey(after.orderId, after.version), ...event };
  return { Put: { TableName: table, Item } };
}

// A shard without a row has no `left`, and fails either condition.
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
