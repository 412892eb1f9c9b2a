import type { Bug } from './mutant.ts';

const aws = 'functions/adapters/aws';

export const dynamodb: readonly Bug[] = [
  {
    name: 'an order changes state without its condition',
    file: `${aws}/ledger.ts`,
    find: "ConditionExpression: '#state = :from AND #version = :fromVersion',",
    replace: '',
  },
  {
    name: 'an order is rejected without its condition',
    file: `${aws}/ledger.ts`,
    find: "ConditionExpression: '#state = :from AND #version = :fromVersion',",
    replace:
      "...(after.state !== 'REJECTED' && { ConditionExpression: '#state = :from AND #version = :fromVersion' }),",
  },
  {
    name: 'stock is taken without its condition',
    file: `${aws}/ledger.ts`,
    find: ", ConditionExpression: '#left >= :quantity'",
    replace: '',
  },
  {
    name: 'cancelled units are returned twice',
    file: `${aws}/ledger.ts`,
    find: "moveStock(tables.stock, after.sku, part, 'give')",
    replace: "moveStock(tables.stock, after.sku, { ...part, quantity: 2 * part.quantity }, 'give')",
  },
  {
    name: 'a split order takes only its first part',
    file: `${aws}/ledger.ts`,
    find: '...take.map(',
    replace: '...take.slice(0, 1).map(',
  },
  {
    name: 'the event is written after the transaction',
    file: `${aws}/ledger.ts`,
    find: 'await documents.send(new TransactWriteCommand({ TransactItems }));',
    replace:
      'await documents.send(new TransactWriteCommand({ TransactItems: TransactItems.toSpliced(1, 1) })); await documents.send(new TransactWriteCommand({ TransactItems: TransactItems.slice(1, 2) }));',
  },
  {
    name: 'a failed condition always counts as a stale order',
    file: `${aws}/ledger.ts`,
    find: "return cancelled.failed.has(0) ? 'stale' : 'insufficient stock';",
    replace: "return 'stale';",
  },
  {
    name: 'an order row is overwritten',
    file: `${aws}/orders.ts`,
    find: "ConditionExpression: 'attribute_not_exists(pk)',",
    replace: '',
  },
  {
    name: 'the snapshot skips a shard',
    file: `${aws}/stock.ts`,
    find: 'const shards = Array.from({ length: shardCount }, (_, shard) => shard);',
    replace: 'const shards = Array.from({ length: Math.max(1, shardCount - 1) }, (_, shard) => shard);',
  },
  {
    name: 'a repeated restock counts twice',
    file: `${aws}/stock.ts`,
    find: "ConditionExpression: 'attribute_not_exists(pk)',",
    replace: '',
  },
  {
    name: 'a restock reaches the shards but not the product',
    file: `${aws}/stock.ts`,
    find: "UpdateExpression: 'SET supplied = supplied + :quantity',",
    replace: "UpdateExpression: 'SET lastSupply = :quantity',",
  },
  {
    name: 'a product change alters its shard count',
    file: `${aws}/products.ts`,
    find: "'SET #name = :name,",
    replace: "'SET shardCount = :expected, #name = :name,",
  },
  {
    name: 'the views count without their guard',
    file: `${aws}/views.ts`,
    find: '...guard(previousVersion),',
    replace: '',
  },
  {
    name: 'a group counts only its last order per counter row',
    file: `${aws}/views.ts`,
    find: 'addSales(change, moves.get(name)?.change ?? noSales)',
    replace: 'change',
  },
  {
    name: 'a failed group of counts counts as done',
    file: 'functions/projection/count-batch.ts',
    find: "if (outcome === 'committed') return;",
    replace: 'if (outcome) return;',
  },
  {
    name: 'the older of two events of an order is counted',
    file: 'functions/contracts/order-event.ts',
    find: '(latest.get(orderId)?.order.version ?? 0) < version',
    replace: '!latest.has(orderId)',
  },
  {
    name: 'events refused by the bus are forgotten',
    file: `${aws}/messaging.ts`,
    find: 'if (FailedEntryCount) refused.push(',
    replace: 'if (FailedEntryCount === -1) refused.push(',
  },
  {
    name: 'a conflict counts as sold out',
    file: 'functions/settlement/settle-order.ts',
    find: "?? ('conflict' as const)",
    replace: '?? []',
  },
  {
    name: 'units spread over shards are not combined',
    file: 'functions/domain/stock.ts',
    find: 'return missing === 0 ? taken : undefined;',
    replace: 'return undefined;',
  },
  {
    name: 'a cancel keeps the units',
    file: 'functions/domain/order.ts',
    find: "if (after.state === 'CANCELLED') return { take: [], give: before.allocation };",
    replace: '',
  },
  {
    name: 'a repeated request does not resend the message',
    file: 'functions/intake/place-order.ts',
    find: 'if (!isSettled(order)) await',
    replace: 'if (outcome.created) await',
  },
  {
    name: 'the order id omits the customer',
    file: 'functions/intake/place-order.ts',
    find: '{customer}\\n',
    replace: '{customer.slice(0, 0)}\\n',
  },
  {
    name: 'an old event overwrites a newer count',
    file: 'functions/projection/count-event.ts',
    find: 'if (previous && previous.version >= order.version)',
    replace: 'if (previous && previous.version === order.version)',
  },
  {
    name: 'the views count increments, not differences',
    file: 'functions/projection/count-event.ts',
    find: 'previous ? salesOf(previous) : noSales',
    replace: 'noSales',
  },
  {
    name: 'a failed message counts as done',
    file: 'functions/runtime/batch.ts',
    find: 'for (const later of group.slice(index)) failed.add(rules.idOf(later));',
    replace: 'for (const later of group.slice(index + 1)) failed.add(rules.idOf(later));',
  },
];

export const grouped: readonly Bug[] = [
  {
    name: 'an order not settled in its group counts as done',
    file: 'functions/settlement/settle-batch.ts',
    find: "if (outcome === 'not batched') return 'not batched';",
    replace: '',
  },
  {
    name: 'a group takes only the units of its last order',
    file: `${aws}/ledger.ts`,
    find: 'quantity: quantity + (parts.get(key)?.quantity ?? 0)',
    replace: 'quantity',
  },
];
