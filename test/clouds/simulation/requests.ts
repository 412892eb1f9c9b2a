import {
  BatchGetCommand,
  BatchWriteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { openOrdersIndex, ordersByCustomerIndex } from '../../../functions/contracts/table-keys.ts';

/** `orders` has a sort key and the indexes of the orders table; `stock` has neither. */
export interface TableNames {
  readonly orders: string;
  readonly stock: string;
}

const commands = {
  BatchGetCommand,
  BatchWriteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
};

/** One request to both engines. */
export interface Request {
  readonly name: string;
  readonly command: keyof typeof commands;
  /** Names the tables `orders` and `stock`. */
  readonly input: object;
}

/** The command for the tables of one engine; a command keeps state, so each engine needs its own. */
export function buildCommand({ command, input }: Request, tables: TableNames): object {
  const text = JSON.stringify(input).replace(/"(orders|stock)"/g, (_, name: keyof TableNames) => `"${tables[name]}"`);
  return new commands[command](JSON.parse(text, revived) as never);
}

/** `x*3` stands for `xxx`, so that a failure prints short requests; and `{ set: [] }` for a set, which JSON has not. */
function revived(_key: string, value: unknown): unknown {
  if (value instanceof Object && 'set' in value) return new Set(value.set as Iterable<unknown>);
  const times = typeof value === 'string' ? /^x\*(\d+)$/.exec(value)?.[1] : undefined;
  return times === undefined ? value : 'x'.repeat(Number(times));
}

const orders = 'orders';
const stock = 'stock';

const small = fc.integer({ min: 0, max: 3 });
const orderKey = fc.record({ pk: fc.constantFrom('A', 'B', 'C'), sk: fc.constantFrom('ORDER', 'EVENT#2') });
// Rows of different kinds: no adapter adds to a number that is missing, which the simulation does not support.
const keyOf = (kind: string) => fc.record({ pk: fc.constantFrom(`${kind}#0`, `${kind}#1`) });
const [stockKey, salesKey, leaseKey, transitKey] = [keyOf('STOCK'), keyOf('SALES'), keyOf('LEASE'), keyOf('TRANSIT')];
const anyKey = fc.oneof(stockKey, salesKey, leaseKey, transitKey);
const time = fc.integer({ min: 1, max: 6 }).map((second) => `2026-11-27T09:00:0${second}.000Z`);
const customer = fc.constantFrom('ada', 'bob');
const bucket = fc.constantFrom('0', '1');
const shown = fc.constantFrom({}, { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const });

const orderRow = fc.tuple(orderKey, customer, time, bucket, small, fc.boolean()).map(([key, ...rest]) => {
  const [owner, acceptedAt, open, version, isListed] = rest;
  return { ...key, customer: owner, acceptedAt, version, state: 'PENDING', ...(isListed && { open }) };
});

const putOrder = fc.tuple(orderRow, fc.boolean(), shown).map(([Item, isNew, more]) => ({
  Put: { TableName: orders, Item, ...(isNew && { ConditionExpression: 'attribute_not_exists(pk)', ...more }) },
}));
const put = putOrder.map(({ Put }): Request => ({ name: 'put', command: 'PutCommand', input: Put }));

/** The adapters' updates, in the form that they have inside a transaction. */
function updates() {
  const moveOrder = fc.tuple(orderKey, small, small, fc.boolean(), shown).map(([Key, from, to, leaves, more]) => ({
    Update: {
      ...{ TableName: orders, Key, ...more },
      UpdateExpression: `SET #state = :state, #version = :version${leaves ? ' REMOVE #open' : ''}`,
      ConditionExpression: '#state = :from AND #version = :fromVersion',
      ExpressionAttributeNames: { '#state': 'state', '#version': 'version', ...(leaves && { '#open': 'open' }) },
      ExpressionAttributeValues: {
        ...{ ':state': to > 1 ? 'CONFIRMED' : 'PENDING', ':version': to },
        ...{ ':from': from > 2 ? 'CONFIRMED' : 'PENDING', ':fromVersion': from },
      },
    },
  }));
  const takeStock = fc.tuple(stockKey, small, fc.boolean()).map(([Key, quantity, isTaken]) => ({
    Update: {
      ...{ TableName: stock, Key, ExpressionAttributeNames: { '#left': 'left' } },
      UpdateExpression: `SET #left = #left ${isTaken ? '-' : '+'} :quantity`,
      ConditionExpression: isTaken ? '#left >= :quantity' : 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':quantity': quantity },
    },
  }));
  const addStock = fc.tuple(stockKey, small).map(([Key, quantity]) => ({
    Update: {
      ...{ TableName: stock, Key, ExpressionAttributeNames: { '#left': 'left' } },
      UpdateExpression:
        'SET #left = if_not_exists(#left, :none) + :quantity, allocated = if_not_exists(allocated, :none) + :quantity',
      ExpressionAttributeValues: { ':quantity': quantity, ':none': 0 },
    },
  }));
  const countSales = fc.tuple(salesKey, small, fc.boolean()).map(([Key, count, expires]) => ({
    Update: {
      ...{ TableName: stock, Key },
      UpdateExpression: `ADD sold :sold, revenue :revenue${expires ? ' SET expiresAt = :expiresAt' : ''}`,
      ExpressionAttributeValues: { ':sold': count - 1, ':revenue': 5 * count, ...(expires && { ':expiresAt': 77 }) },
    },
  }));
  const takeLease = fc.tuple(leaseKey, small).map(([Key, now]) => ({
    Update: {
      ...{ TableName: stock, Key, ExpressionAttributeNames: { '#token': 'token' } },
      UpdateExpression: 'SET holder = :holder, expiresAt = :end, #token = if_not_exists(#token, :none) + :one',
      ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
      ExpressionAttributeValues: { ':holder': 'one', ':end': now + 2, ':now': now, ':none': 0, ':one': 1 },
    },
  }));
  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 });
  const keepOpen = fc.tuple(transitKey, names, fc.boolean()).map(([Key, set, isAdded]) => ({
    Update: {
      ...{ TableName: stock, Key, ExpressionAttributeNames: { '#open': 'open' } },
      UpdateExpression: `${isAdded ? 'ADD' : 'DELETE'} #open :names`,
      ExpressionAttributeValues: { ':names': { set } },
    },
  }));
  return fc.oneof(moveOrder, takeStock, addStock, countSales, takeLease, keepOpen);
}

/** A condition check, which only a transaction may contain. */
function fence() {
  return fc.tuple(leaseKey, small).map(([Key, token]) => ({
    ConditionCheck: {
      ...{ TableName: stock, Key, ConditionExpression: '#token = :token' },
      ...{ ExpressionAttributeNames: { '#token': 'token' }, ExpressionAttributeValues: { ':token': token } },
    },
  }));
}

/** Requests on tables that hold some orders from the beginning. */
export function arbitraryRequests(): fc.Arbitrary<readonly Request[]> {
  const first = fc.array(put, { minLength: 3, maxLength: 6 });
  const rest = fc.array(arbitraryRequest(), { minLength: 5, maxLength: 20 });
  return fc.tuple(first, rest).map((parts) => parts.flat());
}

/** Every kind of request that the adapters make, with values that often collide, and some beyond AWS's limits. */
function arbitraryRequest(): fc.Arbitrary<Request> {
  const update = updates();
  const change = fc.tuple(update, fc.boolean()).map(([{ Update }, isShown]): Request => {
    const input = { ...Update, ...(isShown && { ReturnValues: 'ALL_NEW' }) };
    return { name: 'update', command: 'UpdateCommand', input };
  });
  const transact = fc
    .array(fc.oneof(putOrder, update, fence()), { minLength: 1, maxLength: 5 })
    .map((TransactItems): Request => ({ name: 'transact', command: 'TransactWriteCommand', input: { TransactItems } }));
  return fc.oneof(
    { weight: 3, arbitrary: put },
    { weight: 4, arbitrary: change },
    { weight: 4, arbitrary: transact },
    { weight: 4, arbitrary: reads() },
    { weight: 2, arbitrary: batchWrites() },
    { weight: 1, arbitrary: fc.constantFrom(...atLimits) },
  );
}

/** Deletes only rows that nothing else writes: no adapter deletes a row that others change. */
function batchWrites(): fc.Arbitrary<Request> {
  const write = fc.tuple(keyOf('VIEW'), small, fc.boolean()).map(([Key, count, isPut]) => ({
    pk: Key.pk,
    request: isPut ? { PutRequest: { Item: { ...Key, count } } } : { DeleteRequest: { Key } },
  }));
  return fc.uniqueArray(write, { minLength: 1, selector: ({ pk }) => pk }).map(
    (writes): Request => ({
      ...{ name: 'batch write', command: 'BatchWriteCommand' },
      input: { RequestItems: { [stock]: writes.map(({ request }) => request) } },
    }),
  );
}

function reads(): fc.Arbitrary<Request> {
  const stockKeys = fc.uniqueArray(anyKey, { minLength: 1, selector: ({ pk }) => pk });
  const limit = fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined });
  const get = orderKey.map((Key) => ({ TableName: orders, Key, ConsistentRead: true }));
  const batch = stockKeys.map((Keys) => ({ RequestItems: { [stock]: { Keys, ConsistentRead: true } } }));
  const transact = stockKeys.map((keys) => ({
    TransactItems: keys.map((Key) => ({ Get: { TableName: stock, Key } })),
  }));
  const scan = fc
    .tuple(limit, fc.constantFrom(stock, orders))
    .map(([Limit, TableName]) => ({ TableName, Limit, ConsistentRead: true }));
  return fc.oneof(
    get.map((input): Request => ({ name: 'get', command: 'GetCommand', input })),
    batch.map((input): Request => ({ name: 'batch get', command: 'BatchGetCommand', input })),
    transact.map((input): Request => ({ name: 'transact get', command: 'TransactGetCommand', input })),
    scan.map((input): Request => ({ name: 'scan', command: 'ScanCommand', input })),
    { weight: 4, arbitrary: queries() },
  );
}

/** A page of a customer's orders, from the beginning or after any row; and a page of a bucket. */
function queries(): fc.Arbitrary<Request> {
  const start = fc.option(fc.tuple(orderKey, time), { nil: undefined });
  const limit = fc.integer({ min: 1, max: 7 });
  const ofCustomer = fc.tuple(customer, limit, fc.boolean(), start).map(([owner, Limit, forward, after]) => ({
    ...{ TableName: orders, IndexName: ordersByCustomerIndex, Limit, ScanIndexForward: forward },
    KeyConditionExpression: 'customer = :customer',
    ExpressionAttributeValues: { ':customer': owner },
    ...(after && { ExclusiveStartKey: { ...after[0], customer: owner, acceptedAt: after[1] } }),
  }));
  const ofBucket = fc
    .tuple(bucket, fc.oneof(time, fc.constant('9')), limit, start)
    .map(([open, before, Limit, after]) => ({
      ...{ TableName: orders, IndexName: openOrdersIndex, Limit },
      KeyConditionExpression: '#open = :bucket AND acceptedAt < :before',
      ExpressionAttributeNames: { '#open': 'open' },
      ExpressionAttributeValues: { ':bucket': open, ':before': before },
      ...(after && { ExclusiveStartKey: { ...after[0], open, acceptedAt: after[1] } }),
    }));
  return fc.oneof(
    ofCustomer.map((input): Request => ({ name: 'query a customer', command: 'QueryCommand', input })),
    ofBucket.map((input): Request => ({ name: 'query a bucket', command: 'QueryCommand', input })),
  );
}

const keys = (count: number) => Array.from({ length: count }, (_, number) => ({ pk: `many#${number}` }));
// Less the names `pk`, `sk` and `text`, and the values of the key.
const textBytes = 400 * 1_024 - 'pkLARGEskORDERtext'.length;

/** At a limit of AWS, and one beyond it. */
const atLimits: readonly Request[] = [0, 1].flatMap((more): Request[] => {
  const name = (limit: string) => (more ? `${limit}, and one more` : limit);
  const each = <Item>(build: (key: { pk: string }) => Item) => keys(100 + more).map(build);
  const Keys = keys(100 + more);
  const puts = each(({ pk }) => ({ Put: { TableName: orders, Item: { pk, sk: 'MANY' } } }));
  const gets = each((Key) => ({ Get: { TableName: stock, Key } }));
  const deletes = keys(25 + more).map((Key) => ({ DeleteRequest: { Key } }));
  const checks = ['never', more ? 'never' : 'neither'].map((pk) => ({
    ConditionCheck: { TableName: stock, Key: { pk }, ConditionExpression: 'attribute_not_exists(pk)' },
  }));
  // A row that no other request changes: the emulator checks the size of an update before its condition.
  const Item = { pk: 'LARGE', sk: 'ORDER', text: `x*${textBytes + more}` };
  return [
    {
      name: name('batch get of 100 keys'),
      command: 'BatchGetCommand',
      input: { RequestItems: { [stock]: { Keys, ConsistentRead: true } } },
    },
    {
      ...{ name: name('batch write of 25 items'), command: 'BatchWriteCommand' },
      input: { RequestItems: { [stock]: deletes } },
    },
    { name: name('transact get of 100 items'), command: 'TransactGetCommand', input: { TransactItems: gets } },
    { name: name('transaction of 100 items'), command: 'TransactWriteCommand', input: { TransactItems: puts } },
    { name: name('item of 400 KB'), command: 'PutCommand', input: { TableName: orders, Item } },
    { name: name('two checks in a transaction'), command: 'TransactWriteCommand', input: { TransactItems: checks } },
  ];
});
