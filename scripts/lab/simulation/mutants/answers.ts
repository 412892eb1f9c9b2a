import type { Mutant } from './mutant.ts';

const placeOrder = 'functions/intake/place-order.ts';
const placeOrderTest = 'test/unit/intake/place-order.test.ts';

const requestFields =
  'JSON.stringify([sku, quantity, ...(expectedPrice ? [expectedPrice.unitPrice, expectedPrice.currency] : [])])';

/** Answers that differ from the stored data. */
export const answers: readonly Mutant[] = [
  {
    name: "a repeated answer has today's price",
    caughtBy: 'keeps the original price when the product changes before a repeat',
    file: placeOrder,
    find: 'return toAcceptedOrder(order);',
    replace: 'return toAcceptedOrder({ ...order, unitPrice });',
    test: placeOrderTest,
  },
  {
    name: 'a repeated answer has another time of acceptance',
    caughtBy: 'answers a repeat the same',
    file: placeOrder,
    find: 'return toAcceptedOrder(order);',
    replace: 'return toAcceptedOrder({ ...order, acceptedAt: fresh.acceptedAt });',
    test: placeOrderTest,
  },
  {
    name: 'the request hash joins its fields without a separator',
    caughtBy: 'tells requests apart whose fields join to the same text',
    file: placeOrder,
    find: requestFields,
    replace: "[sku, quantity].join('')",
    test: placeOrderTest,
  },
  {
    name: 'a key may be used again for another quantity',
    caughtBy: 'rejects a key that was used for a different request',
    file: placeOrder,
    find: requestFields,
    replace: 'JSON.stringify([sku])',
    test: placeOrderTest,
  },
  {
    name: 'a supply in conflict is answered as made',
    caughtBy: 'answers conflict, not supplied, when another transaction holds a row',
    file: 'functions/adapters/aws/stock.ts',
    find: "if (cancelled.kind === 'conflict') return { kind: 'conflict' };",
    replace: "if (cancelled.kind === 'conflict') return { kind: 'supplied' };",
    test: 'test/unit/adapters/aws/stock.test.ts',
  },
  {
    name: 'a restock is answered although nothing was supplied',
    caughtBy: 'supplies every unit, spread over the shards',
    file: 'functions/stock/restock.ts',
    find: 'ports.stock.supply(supply, spread(quantity, product.shardCount))',
    replace: 'ports.stock.supply({ ...supply, quantity: 0 }, [])',
    test: 'test/unit/stock/restock.test.ts',
  },
  {
    name: 'a repeated restock is answered with the time of the repetition',
    caughtBy: 'answers a repeat like the first, and adds nothing',
    file: 'functions/stock/restock.ts',
    find: 'return { sku, quantity, at: done.at };',
    replace: 'return { sku, quantity, at: supply.at };',
    test: 'test/unit/stock/restock.test.ts',
  },
  {
    name: 'a cancel is answered before it is decided',
    caughtBy: 'never answers a cancel that was not committed',
    file: 'functions/intake/cancel-order.ts',
    find: "if (outcome === 'committed') {",
    replace: "if (outcome === 'committed' || outcome === 'stale') {",
    test: 'test/unit/intake/cancel-order.test.ts',
  },
  {
    name: 'revenue counts the price once, whatever the quantity',
    caughtBy: 'counts a CONFIRMED order of three units',
    file: 'functions/domain/sales.ts',
    find: 'revenue: totalPrice(order) };',
    replace: 'revenue: order.unitPrice };',
    test: 'test/unit/domain/sales.test.ts',
  },
  {
    name: 'a fulfilled order counts as if its units were free',
    caughtBy: 'counts a FULFILLED order of three units',
    file: 'functions/domain/sales.ts',
    find: "return { ...toSales({ ...order, state: 'CONFIRMED' }), fulfilledOrders: 1 };",
    replace: 'return { ...noSales, fulfilledOrders: 1 };',
    test: 'test/unit/domain/sales.test.ts',
  },
];
