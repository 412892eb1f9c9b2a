import type { Bug, Mutant } from './mutant.ts';

const transfers = 'functions/adapters/aws/transfers.ts';
const lending = 'functions/lending/transfers.ts';
const borrowing = 'functions/lending/borrow.ts';
const replicas = 'functions/intake/replicas.ts';

/** Units that move between regions. */
const units: readonly Bug[] = [
  {
    name: 'a transfer is recorded without its condition',
    caughtBy: 'transfer',
    file: transfers,
    find: "Item: { ...transferKey(sku, id), v: 1, ...transfer },\n ConditionExpression: 'attribute_not_exists(pk)',",
    replace: 'Item: { ...transferKey(sku, id), v: 1, ...transfer },',
  },
  {
    name: 'units are received without a condition',
    caughtBy: 'units',
    file: transfers,
    find: "Item: { ...receivedKey(transfer.sku, transfer.id), v: 1, ...transfer },\n ConditionExpression: 'attribute_not_exists(pk)',",
    replace: 'Item: { ...receivedKey(transfer.sku, transfer.id), v: 1, ...transfer },',
  },
  {
    name: 'a loan leaves the units with the lender',
    caughtBy: 'units',
    file: transfers,
    find: "'SET #left = #left - :quantity, allocated = allocated - :quantity'",
    replace: "'SET allocated = allocated - :quantity'",
  },
  {
    name: 'units that leave a shard stay allocated to it',
    caughtBy: 'I4',
    file: transfers,
    find: "'SET #left = #left - :quantity, allocated = allocated - :quantity'",
    replace: "'SET #left = #left - :quantity'",
  },
  {
    name: 'a loan takes units that a shard no longer has',
    caughtBy: 'I1',
    file: transfers,
    find: "ConditionExpression: '#left >= :quantity',",
    replace: '',
  },
  {
    name: 'a transfer counts half of the stock twice',
    caughtBy: 'units',
    file: transfers,
    find: '(units, part) => units + part.quantity, 0);\n const transfer: Transfer',
    replace: '(units, part) => units + 2 * part.quantity, 0);\n const transfer: Transfer',
  },
  {
    name: 'a transfer is missing from the open ones',
    caughtBy: 'transfer',
    file: transfers,
    find: '[record, open, ...parts.map(',
    replace: '[record, ...parts.map(',
  },
  {
    name: 'a transfer is closed before its units arrive',
    caughtBy: 'transfer',
    file: lending,
    find: 'const outcome = await receive(',
    replace: 'await lender.close(transfer).catch(() => {});\n  const outcome = await receive(',
  },
  {
    name: "the transfers to all regions are in one region's list",
    caughtBy: 'transfer',
    file: 'functions/adapters/aws/keys.ts',
    find: 'transitKey = (to: string)',
    replace: "transitKey = (_to: string, to = '')",
  },
  {
    name: 'a loan without an answer counts as made',
    caughtBy: 'transfer',
    file: borrowing,
    find: 'const transfer = await lend(lender, request);\n if (!transfer) return 0;',
    replace: 'const transfer = (await lend(lender, request)) ?? { ...request, from: lender.region, quantity: wanted };',
  },
  {
    name: 'open transfers are never finished',
    caughtBy: 'transfer',
    file: 'functions/sweeper/aws.ts',
    find: 'if (transfers) await finishTransfers(transfers);',
    replace: 'if (!transfers) await finishTransfers(transfers);',
  },
  {
    name: 'an order is rejected without asking other regions',
    caughtBy: 'borrow',
    file: 'functions/settlement/settle-order.ts',
    find: 'if (!borrow || !first) return 0;',
    replace: 'if (!borrow || first) return 0;',
  },
  {
    name: 'a region that did not answer is never asked again',
    caughtBy: 'borrow',
    file: borrowing,
    find: 'const rests = this.#nowMs() < until;',
    replace: 'const rests = until > 0;',
  },
];

/** Orders accepted by another region. */
const orders: readonly Bug[] = [
  {
    name: 'an order is made without a look at the replicas',
    caughtBy: 'double',
    file: replicas,
    find: 'if (!elsewhere || (await own.find(orderId)))',
    replace: 'if (!elsewhere || stored)',
  },
  {
    name: 'the row of another region replaces the own one in an answer',
    caughtBy: 'repeat',
    file: replicas,
    find: 'if (!elsewhere || (await own.find(orderId)))',
    replace: 'if (!elsewhere)',
  },
  {
    name: "a foreign order goes to the region's own queue",
    caughtBy: 'letter',
    file: 'functions/intake/place-order.ts',
    find: 'const isOurs = outcome.created || !outcome.elsewhere;',
    replace: 'const isOurs = true;',
  },
  {
    name: 'a read does not look into the replicas',
    caughtBy: 'lost',
    file: replicas,
    find: '(await own.find(orderId)) ?? (await findElsewhere(orderId, replicas))?.order',
    replace: 'own.find(orderId)',
  },
  {
    name: 'a cancel does not look into the replicas',
    caughtBy: 'lost',
    file: 'functions/intake/api.ts',
    find: 'await refuseOrderOfOtherRegion(request, own, others);',
    replace: '',
  },
  {
    name: "anybody learns that another region has a customer's order",
    caughtBy: 'I6',
    file: replicas,
    find: 'if (elsewhere?.order.customer === customer) throw',
    replace: 'if (elsewhere) throw',
  },
  {
    name: "a page of a list goes on where the last region's page ends",
    caughtBy: 'list',
    file: replicas,
    find: 'const end = ends.toSorted(newestFirst)[0];',
    replace: 'const end = ends.toSorted(newestFirst).at(-1);',
  },
  {
    name: "a list's page holds all that the regions sent",
    caughtBy: 'list',
    file: replicas,
    find: 'const ordered = end ? known.filter((order) => newestFirst(order, end) <= 0) : known;',
    replace: 'const ordered = known;',
  },
  {
    name: 'the merged views count the own region twice',
    caughtBy: 'merge',
    file: 'functions/catalog/aws.ts',
    find: '[env.VIEWS_TABLE, ...parseNames(',
    replace: '[env.VIEWS_TABLE, env.VIEWS_TABLE, ...parseNames(',
  },
  {
    name: 'the merged views leave out a region',
    caughtBy: 'merge',
    file: 'functions/catalog/merged-sales.ts',
    find: 'regions.map((region)',
    replace: 'regions.slice(0, -1).map((region)',
  },
  {
    name: 'every region supplies products',
    caughtBy: 'home',
    file: 'functions/stock/api.ts',
    find: 'if (home !== undefined)',
    replace: "if (home === '')",
  },
];

export const regions: readonly Bug[] = [...units, ...orders];

/** Bugs that show only in a rare sequence of arrivals. */
export const replicated: readonly Mutant[] = [
  {
    name: 'a cancel is answered from a replica',
    test: 'test/unit/intake/replicas.test.ts',
    caughtBy: 'answers no cancel from a replica',
    file: 'functions/intake/api.ts',
    find: 'await cancelOwnOrder(request, { ...ports, orders: own })',
    replace: 'await cancelOwnOrder(request, ports)',
  },
  {
    name: 'a replica is read eventually',
    test: 'test/unit/adapters/aws/order-replica.test.ts',
    caughtBy: 'reads a replica consistently',
    file: 'functions/adapters/aws/orders.ts',
    find: 'Key: orderKey(orderId), ConsistentRead: true }),\n );\n return Item && parseOrder(Item);',
    replace: 'Key: orderKey(orderId) }));\n return Item && parseOrder(Item);',
  },
];
