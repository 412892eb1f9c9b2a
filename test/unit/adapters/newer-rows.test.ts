import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { documents } from '../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { orderKey, productKey } from '../../../functions/adapters/aws/keys.ts';
import { openOrders } from '../../../functions/adapters/aws/open-orders.ts';
import { orderStore } from '../../../functions/adapters/aws/orders.ts';
import { productReader } from '../../../functions/adapters/aws/products.ts';
import { salesViews } from '../../../functions/adapters/aws/views.ts';
import { memoryPartitions } from '../../../functions/adapters/memory/partition-store.ts';
import {
  orderPartition,
  orderRowKey,
  outboxPrefix,
  productPartition,
  productRowKey,
  stockPartition,
} from '../../../functions/adapters/single-partition/keys.ts';
import { openOrders as partitionOpenOrders } from '../../../functions/adapters/single-partition/open-orders.ts';
import { partitionPorts } from '../../../functions/adapters/single-partition/ports.ts';
import { relayEvents } from '../../../functions/adapters/single-partition/relay.ts';
import { sweepAll } from '../../../functions/adapters/single-partition/sweep.ts';
import { type OrderEvent, orderEvent, toOrderEvent } from '../../../functions/contracts/order-event.ts';
import { type UnreadableRow, unreadableRows } from '../../../functions/contracts/readable-rows.ts';
import { orderRow, parseOrder, productRow } from '../../../functions/contracts/rows.ts';
import { toOpenBucket } from '../../../functions/domain/open-order.ts';
import { cancelOrder, confirmOrder, holdingMove, placeOrder, rejectOrder } from '../../../functions/domain/order.ts';
import { deriveOrderId } from '../../../functions/intake/place-order.ts';
import { sweepStep } from '../../../functions/sweeper/sweep-orders.ts';
import { traceparent } from '../../support/memory-system.ts';

// Rows that version N+1 wrote, read by version N, as after a rollback.
const at = (second: number) => `2026-11-27T09:00:0${second}.000Z`;
const product = (sku: string) => ({
  ...{ sku, name: 'Lamp', unitPrice: 1_999, currency: 'EUR' as const, version: 1, shardCount: 1, supplied: 0 },
  changedAt: at(0),
});
const stored = (second: number) => {
  const request = {
    customer: 'ada',
    sku: 'lamp',
    quantity: 1,
    unitPrice: 1_999,
    currency: 'EUR' as const,
    shardCount: 1,
  };
  const order = placeOrder({ ...request, orderId: deriveOrderId('ada', `key-0000000${second}`) }, at(second));
  return { order, requestHash: 'a'.repeat(64) };
};
const newer = { product: { currency: 'XAU' }, order: { state: 'WAITLISTED' } };

const reports: UnreadableRow[] = [];
const remember = (message: unknown) => reports.push(message as UnreadableRow);
beforeEach(() => {
  reports.length = 0;
  unreadableRows.subscribe(remember);
});
afterEach(() => {
  unreadableRows.unsubscribe(remember);
  vi.restoreAllMocks();
});

const answers = (answer: object) => vi.spyOn(documents, 'send').mockImplementation(async () => answer);

test('DynamoDB: lists the other products, and pages on past an unreadable one', async () => {
  const rows = [product('lamp'), { ...product('ring'), ...newer.product }];
  answers({ Items: rows.map((row) => ({ ...productKey(row.sku), ...row })), LastEvaluatedKey: productKey('ring') });
  const page = await productReader('catalog').list(2);
  expect(page.products.map(({ sku }) => sku)).toEqual(['lamp']);
  expect(page.next).toBe('ring');
  expect(reports.map(({ row }) => row)).toEqual(['PRODUCT#ring']);
});

test("DynamoDB: lists a customer's other orders, and pages on past an unreadable one", async () => {
  const [one, two] = [stored(2), stored(1)];
  const rows = [one, two].map(({ order, requestHash }) => ({ ...orderKey(order.orderId), ...order, requestHash }));
  const [first, last] = [rows[0], { ...rows[1], ...newer.order }];
  answers({
    Items: [first, last],
    LastEvaluatedKey: { ...orderKey(two.order.orderId), customer: 'ada', acceptedAt: at(1) },
  });
  const page = await orderStore('orders').listByCustomer('ada', 2);
  expect(page.orders.map(({ orderId }) => orderId)).toEqual([one.order.orderId]);
  expect(page.next).toEqual({ acceptedAt: at(1), orderId: two.order.orderId });
  expect(reports).toHaveLength(1);
});

test('DynamoDB: sweeps on past an unreadable key', async () => {
  const { orderId } = stored(1).order;
  const next = { ...orderKey(orderId), open: '0', acceptedAt: at(1) };
  answers({ Items: [{ pk: 'ORDER2#x', acceptedAt: at(1) }, next], LastEvaluatedKey: next });
  const page = await openOrders('orders').list(0, at(9), 2);
  expect(page).toEqual({ orders: [{ acceptedAt: at(1), orderId }], next: { acceptedAt: at(1), orderId } });
});

test('DynamoDB: an unreadable guard does not keep the others of its batch from being counted', async () => {
  const { order } = stored(1);
  const counted = {
    v: 1,
    ...order,
    state: 'CONFIRMED',
    version: 2,
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  };
  answers({ Responses: { views: [{ ...counted, v: 2 }, counted] } });
  const rows = await salesViews('views', async () => '').countedOf(['a', 'b']);
  expect(rows.map(({ orderId }) => orderId)).toEqual([order.orderId]);
});

test('single partitions: lists the other products and orders, and keeps sweeping', async () => {
  const { store, partitions } = memoryPartitions();
  const { orders, products } = partitionPorts(store);
  for (const sku of ['lamp', 'ring', 'vase']) await products.create(product(sku));
  const own = [stored(1), stored(2), stored(3)];
  for (const each of own) await orders.create(each);
  const spoil = (partition: string, row: string, change: (value: never) => object) => {
    const found = partitions.get(partition)?.get(row);
    if (found) partitions.get(partition)?.set(row, { ...found, value: change(found.value as never) });
  };
  const newest = own[2]?.order.orderId ?? '';
  spoil(productPartition('ring'), productRowKey, (value: object) => ({ ...value, ...newer.product }));
  spoil(orderPartition(newest), orderRowKey, (value: { order: object }) => ({
    ...value,
    order: { ...value.order, ...newer.order },
  }));

  const first = await products.list(2);
  expect(first.products.map(({ sku }) => sku)).toEqual(['lamp']);
  expect((await products.list(2, first.next)).products.map(({ sku }) => sku)).toEqual(['vase']);
  const page = await orders.listByCustomer('ada', 1);
  expect(page.orders).toEqual([]);
  expect((await orders.listByCustomer('ada', 2, page.next)).orders.map(({ acceptedAt }) => acceptedAt)).toEqual([
    at(2),
    at(1),
  ]);
  expect(new Set(reports.map(({ row }) => row))).toEqual(new Set(['ring', newest]));

  const open = await partitionOpenOrders(store).list(toOpenBucket(newest), at(9), 100);
  expect(open.orders.map(({ orderId }) => orderId)).toContain(newest);
});

const event = (second: number): OrderEvent => toOrderEvent(rejectOrder(stored(second).order, at(second)), traceparent);

test('single partitions: relays the other events of a shard, however many are unreadable', async () => {
  const { store } = memoryPartitions();
  const partition = stockPartition('lamp', 0);
  for (let number = 0; number < 120; number++) {
    const row = `${outboxPrefix}0-${String(number).padStart(3, '0')}`;
    await store.write(partition, [{ kind: 'insert', row, value: { ...event(1), v: 2 } }]);
  }
  await store.write(partition, [{ kind: 'insert', row: `${outboxPrefix}1`, value: event(2) }]);
  const handed: string[] = [];
  await relayEvents(store, { sku: 'lamp', shard: 0 }, async ({ order }) => void handed.push(order.orderId));
  expect(handed).toEqual([event(2).order.orderId]);
  expect(await store.list(partition, outboxPrefix, 200), 'for the newer version').toHaveLength(120);
});

test('single partitions: the timer relays events of a product that is unreadable, and of the others', async () => {
  const { store, partitions } = memoryPartitions();
  const { products } = partitionPorts(store);
  for (const sku of ['lamp', 'ring', 'vase']) {
    await products.create(product(sku));
    await store.write(stockPartition(sku, 0), [{ kind: 'insert', row: `${outboxPrefix}1`, value: event(1) }]);
  }
  const ring = partitions.get(productPartition('ring'));
  const row = ring?.get(productRowKey);
  if (row) ring?.set(productRowKey, { ...row, value: { ...(row.value as object), ...newer.product } });
  let handed = 0;
  await sweepAll(store, async () => void handed++);
  expect(handed).toBe(3);
});

test('the sweeper starts afresh when it cannot read the position of the last one', async () => {
  const written: string[] = [];
  const listed: unknown[] = [];
  const ports = {
    notes: {
      read: async () => '{"v":2,"cursor":"x"}',
      write: async (_: string, text: string) => written.push(text) > 0,
    },
    open: { list: async (bucket: number) => ({ orders: [], listed: listed.push(bucket) }) },
    clock: { now: () => at(9) },
    ...{ stuckMs: 1, cancellableMs: 0 },
  };
  await sweepStep({} as never, ports as never);
  expect([listed, written.length, reports.map(({ row }) => row)]).toEqual([[0], 1, ['sweep progress']]);
});

// The version before this one knows neither limits nor holdings nor reasons.
test('keeps rows under a limit readable for a version without limits', () => {
  const earlierOrder = orderRow.omit({ limitPerCustomer: true, held: true, reason: true });
  const earlierProduct = productRow.omit({ limitPerCustomer: true });
  const earlierEvent = orderEvent.extend({ order: earlierOrder.omit({ requestHash: true }) });
  const pending = { ...stored(1).order, limitPerCustomer: 2 };
  const confirmed = confirmOrder(pending, [{ shard: 0, quantity: 1 }], at(2));
  const rejected = rejectOrder(pending, at(2), 'LIMIT_REACHED');
  for (const order of [pending, confirmed, rejected]) {
    const read = earlierOrder.parse({ ...order, requestHash: 'a'.repeat(64) });
    expect(read).toMatchObject({ orderId: order.orderId, state: order.state, allocation: order.allocation });
    if (order !== pending) expect(earlierEvent.parse(toOrderEvent(order, traceparent)).order.version).toBe(2);
  }
  expect(earlierProduct.parse({ ...product('lamp'), limitPerCustomer: 2 })).toEqual(product('lamp'));
});

test('reads and ends the rows of a version without limits as before', () => {
  const { order, requestHash } = stored(1);
  const read = parseOrder(JSON.parse(JSON.stringify({ ...order, requestHash }))).order;
  expect(read).toEqual(order);
  const confirmed = confirmOrder(read, [{ shard: 0, quantity: 1 }], at(2));
  expect(confirmed).not.toHaveProperty('held');
  expect(holdingMove(read, confirmed)).toBe(0);
  expect(holdingMove(confirmed, cancelOrder(confirmed, at(3)))).toBe(0);
  const { reason: _, ...rejected } = rejectOrder(read, at(2));
  expect(parseOrder({ ...rejected, requestHash }).order).toEqual(rejected);
});

test('is logged once and counted each time', async () => {
  const { logger } = await import('../../../functions/runtime/log.ts');
  const { metrics } = await import('../../../functions/runtime/meter.ts');
  await import('../../../functions/runtime/observe.ts');
  const error = vi.spyOn(logger, 'error').mockImplementation(() => {});
  const count = vi.spyOn(metrics, 'addMetric').mockImplementation(() => metrics);
  for (let times = 0; times < 3; times++) unreadableRows.publish({ row: 'PRODUCT#x', error: 'currency' });
  expect([error.mock.calls.length, count.mock.calls.length]).toEqual([1, 3]);
});
