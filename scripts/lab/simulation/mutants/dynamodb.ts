import type { Bug } from './mutant.ts';

const aws = 'functions/adapters/aws';

export const dynamodb: readonly Bug[] = [
  {
    name: 'an order moves without its condition',
    file: `${aws}/ledger.ts`,
    find: "ConditionExpression: '#state = :from AND #version = :fromVersion',",
    replace: '',
  },
  {
    name: 'a REJECTED write without its condition',
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
    name: 'cancelled units go back twice',
    file: `${aws}/ledger.ts`,
    find: "moveStock(tables.stock, after.sku, part, 'give')",
    replace: "moveStock(tables.stock, after.sku, { ...part, quantity: 2 * part.quantity }, 'give')",
  },
  {
    name: 'a split order takes its first part only',
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
    name: 'a failed condition is always the order that moved',
    file: `${aws}/ledger.ts`,
    find: "return cancelled.failed.has(0) ? 'stale' : 'insufficient stock';",
    replace: "return 'stale';",
  },
  {
    name: 'an order row is written over',
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
    name: 'a restock counts as often as it is sent',
    file: `${aws}/stock.ts`,
    find: "ConditionExpression: 'attribute_not_exists(pk)',",
    replace: '',
  },
  {
    name: 'a restock reaches the shards and not the product',
    file: `${aws}/stock.ts`,
    find: "UpdateExpression: 'SET supplied = supplied + :quantity',",
    replace: "UpdateExpression: 'SET lastSupply = :quantity',",
  },
  {
    name: 'a change of a product changes its shards',
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
    name: 'a row of counters moves by the last order of its group alone',
    file: `${aws}/views.ts`,
    find: 'addSales(change, moves.get(name)?.change ?? noSales)',
    replace: 'change',
  },
  {
    name: 'a group of counts that fell apart counts as counted',
    file: 'functions/projection/count-batch.ts',
    find: "if (outcome === 'committed') return;",
    replace: 'if (outcome) return;',
  },
  {
    name: 'of an order with two events the first is counted',
    file: 'functions/contracts/order-event.ts',
    find: 'if ((latest.get(orderId)?.order.version ?? 0) < version) latest.set(orderId, event);',
    replace: 'if (!latest.has(orderId)) latest.set(orderId, event);',
  },
  {
    name: 'the bus forgets what it refused',
    file: `${aws}/messaging.ts`,
    find: 'if (FailedEntryCount) refused.push(',
    replace: 'if (FailedEntryCount === -1) refused.push(',
  },
  {
    name: 'a conflict is taken for sold out',
    file: 'functions/settlement/settle-order.ts',
    find: "?? ('conflict' as const)",
    replace: '?? []',
  },
  {
    name: 'fragments count for nothing',
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
    name: 'a repetition does not send the message again',
    file: 'functions/intake/place-order.ts',
    find: 'if (!isSettled(order)) await',
    replace: 'if (outcome.created) await',
  },
  {
    name: 'the order id leaves out the customer',
    file: 'functions/intake/place-order.ts',
    find: '{customer}\\n',
    replace: '{customer.slice(0, 0)}\\n',
  },
  {
    name: 'an old event is counted over a new one',
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
    name: 'a group that fell apart counts as confirmed',
    file: 'functions/settlement/settle-batch.ts',
    find: "if (outcome === 'not batched') return 'not batched';",
    replace: '',
  },
  {
    name: 'a group takes the units of its last order only',
    file: `${aws}/ledger.ts`,
    find: 'quantity: quantity + (parts.get(key)?.quantity ?? 0)',
    replace: 'quantity',
  },
];
