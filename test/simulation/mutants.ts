import type { Scenario } from './protocols.ts';

/** A bug of one line, put into the source as it is loaded. */
export interface Mutant {
  readonly name: string;
  readonly scenario: Scenario;
  /** From the root of the project. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

const aws = 'functions/adapters/aws';
const google = 'functions/adapters/google';
const beside = 'functions/adapters/partition';

const dynamodb: readonly Omit<Mutant, 'scenario'>[] = [
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
    find: "return cancelled.failed.has(0) ? 'stale' : 'short';",
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
    name: 'the views count without their guard',
    file: `${aws}/views.ts`,
    find: '...next }, ...guard } },',
    replace: '...next } } },',
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

const grouped: readonly Omit<Mutant, 'scenario'>[] = [
  {
    name: 'a group that fell apart counts as confirmed',
    file: 'functions/settlement/settle-orders.ts',
    find: "if (outcome === 'apart') return 'apart';",
    replace: '',
  },
  {
    name: 'a group takes the units of its last order only',
    file: `${aws}/ledger.ts`,
    find: 'quantity: quantity + (parts.get(key)?.quantity ?? 0)',
    replace: 'quantity',
  },
];

const partition: readonly Omit<Mutant, 'scenario'>[] = [
  {
    name: 'an order goes to another shard without a tombstone',
    file: `${beside}/ledger.ts`,
    find: "if ((await store.write(stockPartition(order.sku, home.shard), [tombstone])) !== 'written') return undefined;",
    replace: 'void tombstone;',
  },
  {
    name: 'a decision leaves no event',
    file: `${beside}/ledger.ts`,
    find: "{ kind: 'insert', row: outboxRowKey(after.orderId, after.version), value: event },",
    replace: '',
  },
  {
    name: 'the shards are read once',
    file: `${beside}/stock.ts`,
    find: 'first[shard]?.etag !== second[shard]?.etag',
    replace: 'first[shard] !== first[shard]',
  },
  {
    name: 'units between two shards count for nothing',
    file: `${beside}/stock.ts`,
    find: 'first[shard]?.value.outgoing)',
    replace: 'shard < 0)',
  },
  {
    name: 'units arrive as often as they are sent',
    file: `${beside}/transfers.ts`,
    find: "{ kind: 'insert', row: once, value: { quantity } },",
    replace: '',
  },
  {
    name: 'nobody finishes a restock that died',
    file: `${beside}/relay.ts`,
    find: 'await finishSupplies(store, sku);',
    replace: '',
  },
  {
    name: 'the order row does not follow its decision',
    file: `${beside}/relay.ts`,
    find: 'await followDecision(store, event.order.orderId);',
    replace: '',
  },
];

const firestore: readonly Omit<Mutant, 'scenario'>[] = [
  // That an order moved since it was read is not tried alone: the event, created once for a version, guards it too.
  {
    name: 'a decision leaves no event, and nobody notices',
    file: `${google}/ledger.ts`,
    find: 'transaction.create(db.doc(eventPath(after.orderId, version)), { ...event, waiting: true });',
    replace: '',
  },
  {
    name: 'units are taken whatever was left when it was read',
    file: `${google}/ledger.ts`,
    find: 'FieldValue.increment(-part.quantity) }, unlessMoved(shards[index]));',
    replace: 'FieldValue.increment(-part.quantity) });',
  },
  {
    name: 'cancelled units go back negative',
    file: `${google}/ledger.ts`,
    find: 'FieldValue.increment(part.quantity)',
    replace: 'FieldValue.increment(-part.quantity)',
  },
  {
    name: 'a restock is written over',
    file: `${google}/stock.ts`,
    find: 'transaction.create(record,',
    replace: 'transaction.set(record,',
  },
  {
    name: 'the views count whatever they counted meanwhile',
    file: `${google}/views.ts`,
    find: '{ ...next }, unlessMoved(before));',
    replace: '{ ...next });',
  },
  {
    name: 'an event is done before it is handed on',
    file: `${google}/relay.ts`,
    find: '  await hand(event);',
    replace: '  hand(event).catch(() => {});',
  },
];

const escrow: readonly Omit<Mutant, 'scenario'>[] = [
  {
    name: 'a change of rights leaves no name behind (partitions)',
    file: `${beside}/rights.ts`,
    find: "{ kind: 'insert', row: rightsChangeRowKey(name), value: {} },",
    replace: '',
  },
  {
    name: 'a change of rights leaves no name behind (DynamoDB)',
    file: `${aws}/rights.ts`,
    find: '{ Put: { TableName: table, Item: { ...rightsChangeKey(sku, name), v: 1 }, ...isNew } },',
    replace: '',
  },
  {
    name: 'rights are written whatever stands there',
    file: `${aws}/rights.ts`,
    find: '...(before ? asRead : isNew)',
    replace: '',
  },
  {
    name: 'units that were sent stay where they were',
    file: 'functions/domain/rights.ts',
    find: 'left: rights.left - quantity, sent:',
    replace: 'sent:',
  },
  {
    name: 'nobody tells again what was sent',
    file: 'functions/stock/share-rights.ts',
    find: 'sent.map((transfer) => others.tell(transfer))',
    replace: 'sent.slice(0, 0).map((transfer) => others.tell(transfer))',
  },
];

export const mutants: readonly Mutant[] = [
  ...[...dynamodb, ...grouped].map((mutant) => ({ ...mutant, scenario: 'dynamodb' as const })),
  ...partition.map((mutant) => ({ ...mutant, scenario: 'partition' as const })),
  ...firestore.map((mutant) => ({ ...mutant, scenario: 'firestore' as const })),
  ...escrow.map((mutant) => ({ ...mutant, scenario: 'escrow' as const })),
];
