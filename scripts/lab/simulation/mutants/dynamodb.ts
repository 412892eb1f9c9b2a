import type { Bug } from './mutant.ts';

const aws = 'functions/adapters/aws';

export const dynamodb: readonly Bug[] = [
  {
    name: 'an order changes state without its condition',
    caughtBy: 'I4',
    file: `${aws}/ledger.ts`,
    find: "ConditionExpression: '#state = :from AND #version = :fromVersion',",
    replace: '',
  },
  {
    name: 'an order is rejected without its condition',
    caughtBy: 'I4',
    file: `${aws}/ledger.ts`,
    find: "ConditionExpression: '#state = :from AND #version = :fromVersion',",
    replace:
      "...(after.state !== 'REJECTED' && { ConditionExpression: '#state = :from AND #version = :fromVersion' }),",
  },
  {
    name: 'stock is taken without its condition',
    caughtBy: 'I1',
    file: `${aws}/ledger.ts`,
    find: ", ConditionExpression: '#left >= :quantity'",
    replace: '',
  },
  {
    name: 'cancelled units are returned twice',
    caughtBy: 'I4',
    file: `${aws}/ledger.ts`,
    find: "moveStock(tables.stock, after.sku, part, 'give')",
    replace: "moveStock(tables.stock, after.sku, { ...part, quantity: 2 * part.quantity }, 'give')",
  },
  {
    name: 'the event is written after the transaction',
    caughtBy: 'I10',
    file: `${aws}/ledger.ts`,
    find: 'await documents.send(new TransactWriteCommand({ TransactItems }));',
    replace:
      'await documents.send(new TransactWriteCommand({ TransactItems: TransactItems.toSpliced(1, 1) })); await documents.send(new TransactWriteCommand({ TransactItems: TransactItems.slice(1, 2) }));',
  },
  {
    name: 'a failed condition always counts as a stale order',
    caughtBy: 'I3',
    file: `${aws}/ledger.ts`,
    find: "? 'limit reached' : 'insufficient stock';",
    replace: "? 'limit reached' : 'stale';",
  },
  {
    name: 'an order row is overwritten',
    caughtBy: 'I5',
    file: `${aws}/orders.ts`,
    find: "ConditionExpression: 'attribute_not_exists(pk)',",
    replace: '',
  },
  {
    name: 'the snapshot skips a shard',
    caughtBy: 'I7',
    file: `${aws}/stock.ts`,
    find: 'const shards = Array.from({ length: shardCount }, (_, shard) => shard);',
    replace: 'const shards = Array.from({ length: Math.max(1, shardCount - 1) }, (_, shard) => shard);',
  },
  {
    name: 'a repeated restock counts twice',
    caughtBy: 'I4',
    file: `${aws}/stock.ts`,
    find: "ConditionExpression: 'attribute_not_exists(pk)',",
    replace: '',
  },
  {
    name: 'a restock reaches the shards but not the product',
    caughtBy: 'I4',
    file: `${aws}/stock.ts`,
    find: "UpdateExpression: 'SET supplied = supplied + :quantity',",
    replace: "UpdateExpression: 'SET lastSupply = :quantity',",
  },
  {
    name: 'a product change alters its shard count',
    caughtBy: 'I4',
    file: `${aws}/products.ts`,
    find: "'SET #name = :name,",
    replace: "'SET shardCount = :expected, #name = :name,",
  },
  {
    name: 'the views count without their guard',
    caughtBy: 'I5',
    file: `${aws}/views.ts`,
    find: '...guard(previousVersion),',
    replace: '',
  },
  {
    name: 'a group counts only its last order per counter row',
    caughtBy: 'I5',
    file: `${aws}/views.ts`,
    find: 'addSales(change, moves.get(name)?.change ?? noSales)',
    replace: 'change',
  },
  {
    name: 'a failed group of counts counts as done',
    caughtBy: 'I5',
    file: 'functions/projection/count-batch.ts',
    find: "if (outcome === 'committed') return;",
    replace: 'if (outcome) return;',
  },
  {
    name: 'the older of two events of an order is counted',
    caughtBy: 'I5',
    file: 'functions/contracts/order-event.ts',
    find: '(latest.get(orderId)?.order.version ?? 0) < version',
    replace: '!latest.has(orderId)',
  },
  {
    name: 'events refused by the bus are forgotten',
    caughtBy: 'I3',
    file: `${aws}/event-bus.ts`,
    find: 'if (FailedEntryCount) refused.push(',
    replace: 'if (FailedEntryCount === -1) refused.push(',
  },
  {
    name: 'a conflict counts as sold out',
    caughtBy: 'I7',
    file: 'functions/settlement/settle-order.ts',
    find: "?? ('conflict' as const)",
    replace: '?? []',
  },
  {
    name: 'units spread over shards are not combined',
    caughtBy: 'I7',
    file: 'functions/domain/stock.ts',
    find: 'return missing === 0 ? taken : undefined;',
    replace: 'return undefined;',
  },
  {
    name: 'a cancel keeps the units',
    caughtBy: 'I4',
    file: 'functions/domain/order.ts',
    find: "if (after.state === 'CANCELLED') return { take: [], give: before.allocation };",
    replace: '',
  },
  {
    name: 'a repeated request does not resend the message',
    caughtBy: 'I3',
    file: 'functions/intake/place-order.ts',
    find: 'if (isOurs && !isSettled(order))',
    replace: 'if (outcome.created)',
  },
  {
    name: 'the order id omits the customer',
    caughtBy: 'I2',
    file: 'functions/intake/place-order.ts',
    find: '{customer}\\n',
    replace: '{customer.slice(0, 0)}\\n',
  },
  {
    name: 'an old event overwrites a newer count',
    caughtBy: 'I5',
    file: 'functions/projection/count-event.ts',
    find: 'if (previous && previous.version >= order.version)',
    replace: 'if (previous && previous.version === order.version)',
  },
  {
    name: 'the views count increments, not differences',
    caughtBy: 'I5',
    file: 'functions/projection/count-event.ts',
    find: 'previous ? toSales(previous) : noSales',
    replace: 'noSales',
  },
  {
    name: 'a failed message counts as done',
    caughtBy: 'I3',
    file: 'functions/runtime/batch.ts',
    find: 'for (const later of group.slice(index)) failed.add(rules.idOf(later));',
    replace: 'for (const later of group.slice(index + 1)) failed.add(rules.idOf(later));',
  },
  {
    name: 'one failed message of settlement refuses its whole batch',
    caughtBy: 'batch',
    file: 'functions/settlement/messages.ts',
    find: 'return processBatch(messages, { idOf, groupOf: idOf, aboutOf, work: finishOne, ...limits });',
    replace:
      'const failed = await processBatch(messages, { idOf, groupOf: idOf, aboutOf, work: finishOne, ...limits });\n  return new Set(failed.size > 0 ? messages.map(idOf) : []);',
  },
  {
    name: 'one failed event refuses its whole batch',
    caughtBy: 'batch',
    file: 'functions/projection/events.ts',
    find: 'return [...failed, ...refused].flatMap((event) => traced.get(event) ?? []);',
    replace: 'return failed.length + refused.length > 0 ? events : [];',
  },
  {
    name: 'a message about an unknown order is dropped',
    caughtBy: 'letter',
    file: 'functions/settlement/messages.ts',
    find: "if (settlement === 'unknown order') await abandon(message, 'UNKNOWN_ORDER', ports);",
    replace: '',
  },
];

const settlement = 'functions/settlement';

/** Batches: orders settled together, and the snapshot that decides orders that their own shard cannot serve. */
export const grouped: readonly Bug[] = [
  {
    name: 'an order not settled in its group counts as done',
    caughtBy: 'I3',
    file: `${settlement}/commit-together.ts`,
    find: 'if (outcome.isShort || stale.length + over.length === 0) return rest;',
    replace: "if (outcome.isShort) { setAll(rest, { status: 'fulfilled', value: 'confirmed' }, run); return []; }",
  },
  {
    name: 'a group takes only the units of its last order',
    caughtBy: 'I4',
    file: `${aws}/ledger.ts`,
    find: 'quantity: quantity + (parts.get(key)?.quantity ?? 0)',
    replace: 'quantity',
  },
  {
    name: 'an order of several shards takes only from the first, in a group',
    caughtBy: 'I4',
    file: `${aws}/ledger.ts`,
    find: 'of stockMove(before, after).take)',
    replace: 'of stockMove(before, after).take.slice(0, 1))',
  },
  {
    name: 'units promised to another order count as gone',
    caughtBy: 'I7',
    file: 'functions/domain/stock.ts',
    find: 'else if (!allocation) waiting.push(order);',
    replace: 'else if (!allocation) hopeless.push(order);',
  },
  {
    name: 'one empty shard counts as sold out',
    caughtBy: 'I7',
    file: `${settlement}/settle-product.ts`,
    find: 'if (left.length > 0) return [...left, ...others.flat()];',
    replace: "if (left.length > 0) { await rejectTogether(left, 'SOLD_OUT', run); return others.flat(); }",
  },
  {
    name: 'the snapshot of an earlier batch decides again',
    caughtBy: 'I7',
    file: `${settlement}/settle-product.ts`,
    find: 'const levels = await runInTime(',
    replace: 'const levels = run.ports.ledger[first.order.sku] ??= await runInTime(',
  },
  {
    name: 'a refused group of rejections counts as rejected',
    caughtBy: 'I3',
    file: `${settlement}/commit-together.ts`,
    find: "if (outcome === 'failed' || outcome === 'committed') return;",
    replace:
      "if (typeof outcome === 'object') setAll(rest, { status: 'fulfilled', value: 'rejected' }, run); if (outcome) return;",
  },
];
