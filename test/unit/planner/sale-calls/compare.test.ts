import { beforeAll, expect, test } from 'vitest';
import type { OrderEvent } from '../../../../functions/contracts/order-event.ts';
import { salesSlot } from '../../../../functions/domain/sales.ts';
import { rankShards } from '../../../../functions/domain/sharding.ts';
import { calibrate } from '../../../../scripts/planner/calibration/calibrate.ts';
import type { CountedCalibration } from '../../../../scripts/planner/calibration/counted.ts';
import { compareCalls } from '../../../../scripts/planner/sale-calls/compare.ts';
import type { SaleFacts } from '../../../../scripts/planner/sale-calls/log.ts';

let calibration: CountedCalibration;
beforeAll(async () => {
  calibration = await calibrate();
}, 60_000);

const at = (second: number) => new Date(Date.parse('2026-11-27T12:00:00Z') + second * 1_000).toISOString();
const orders = Array.from({ length: 100 }, (_, index) => `00000000-0000-5000-8000-${String(index).padStart(12, '0')}`);
const batchOf = (index: number) => `batch-${Math.floor(index / 10)}`;

function confirmed(orderId: string): OrderEvent {
  const [shard = 0] = rankShards(orderId, 2);
  const order = {
    ...{ orderId, customer: 'ada', sku: 'lamp', quantity: 1, unitPrice: 1, currency: 'EUR' as const, shardCount: 2 },
    ...{ state: 'CONFIRMED' as const, version: 2, allocation: [{ shard, quantity: 1 }] },
    ...{ acceptedAt: at(0), changedAt: at(10) },
  };
  return { v: 1, type: 'OrderConfirmed', traceparent: '', order };
}

/** A hundred orders in batches of ten: placed, two of them again, confirmed, counted and fulfilled. */
const facts: SaleFacts = {
  events: orders.map(confirmed),
  log: {
    answered: [
      ...orders.map((orderId) => ({ ...line(orderId, 'request', 1), route: 'placeOrder', status: 202 })),
      { ...line(orders[0], 'request', 2), route: 'placeOrder', status: 202 },
      { ...line(orders[1], 'request', 60), route: 'placeOrder', status: 202 },
      { ...line(undefined, 'request', 3), route: 'placeOrder', status: 400 },
    ],
    settled: [
      ...orders.map((orderId, index) => ({ ...line(orderId, batchOf(index), 10), settlement: 'confirmed' })),
      // The message of the first repetition.
      { ...line(orders[0], batchOf(0), 10), settlement: 'confirmed' },
    ],
    counted: orders.map((orderId, index) => line(orderId, batchOf(index), 12)),
    fulfilment: orders.map((orderId) => ({ ...line(orderId, 'fulfilment', 20), result: 'fulfilled' })),
    ...{ postponed: [], swept: [] },
  },
};

function line(orderId: string | undefined, invocation: string, second: number) {
  return { function_request_id: invocation, timestamp: at(second), ...(orderId !== undefined && { orderId }) };
}

const groupsOf = (keyOf: (orderId: string) => number) =>
  new Set(orders.map((orderId, index) => `${batchOf(index)} ${keyOf(orderId)}`)).size;

/** Calls that the code makes, counted by hand. */
function seen(change: Readonly<Record<string, number>> = {}): ReadonlyMap<string, number> {
  const shards = groupsOf((orderId) => rankShards(orderId, 2)[0] ?? 0);
  return new Map(
    Object.entries({
      'dynamodb.GetItem shop-catalog': 102,
      'dynamodb.PutItem shop-orders': 102,
      // The second repetition comes after the decision, and sends no message.
      'sqs.SendMessage shop-order-requests': 101,
      'dynamodb.BatchGetItem shop-orders': 10,
      'dynamodb.GetItem shop-orders': 100,
      'dynamodb.TransactWriteItems shop-orders+shop-stock': shards,
      'dynamodb.TransactWriteItems shop-orders': 200,
      'dynamodb.BatchGetItem shop-views': 10,
      'dynamodb.TransactWriteItems shop-views': groupsOf(salesSlot),
      'events.PutEvents shop-events': 10,
      ...change,
    }),
  );
}

const compare = (made: ReadonlyMap<string, number>, given = calibration, refused = new Map<string, number>()) =>
  compareCalls(facts, { made, refused, prefix: 'shop-' }, given);
const failed = ({ findings }: ReturnType<typeof compare>) =>
  findings.filter(({ holds }) => !holds).map(({ what }) => what.split(':')[0]);

test('finds the calls of a sale that the gateway saw, by operation', () => {
  const { findings, section } = compare(seen());
  expect(findings.filter(({ holds }) => !holds)).toEqual([]);
  expect(findings.map(({ what }) => what).join()).toContain('dynamodb.TransactWriteItems');
  expect(section.table?.rows.map(([call, , , , difference]) => [call, difference])).toEqual(
    ['BatchGetItem', 'GetItem', 'PutItem', 'TransactWriteItems']
      .map((name) => [`dynamodb.${name}`, '0.0 %'])
      .concat([
        ['events.PutEvents', '0.0 %'],
        ['sqs.SendMessage', '0.0 %'],
      ]),
  );
});

test.each([
  ['more', 'dynamodb.PutItem shop-orders', 105],
  ['fewer', 'sqs.SendMessage shop-order-requests', 98],
  ['none', 'sqs.SendMessage shop-order-requests', 0],
])('names an operation of which the gateway saw %s', (_, call, count) => {
  expect(failed(compare(seen({ [call]: count })))).toEqual([call.split(' ')[0]]);
});

test('names an operation that the plan does not know', () => {
  expect(failed(compare(seen({ 'dynamodb.DeleteItem shop-orders': 100 })))).toEqual(['dynamodb.DeleteItem']);
});

test('names an operation that the plan counts too rarely', () => {
  const { placeOrder } = calibration.steps;
  const perOrder = { ...placeOrder.perOrder, operations: { 'dynamodb.PutItem orders': 1 } };
  const wrong = { ...calibration, steps: { ...calibration.steps, placeOrder: { ...placeOrder, perOrder } } };
  expect(failed(compare(seen(), wrong))).toEqual(['dynamodb.GetItem', 'sqs.SendMessage']);
});

test('leaves out calls that no order makes, and says so', () => {
  const others = { 'dynamodb.GetItem shop-coordination': 500, 'sqs.SendMessage shop-order-requests-dlq': 50 };
  const { section } = compare(seen(others));
  expect(failed(compare(seen(others)))).toEqual([]);
  expect(section.notes?.join('\n')).toMatch(/500 x the breaker.*\n.*50 x poison/);
});

test('a transaction that lost a race may be tried once more, and no other call', () => {
  const more = { 'dynamodb.TransactGetItems shop-stock': 60 };
  const race = (count: number) => new Map([['dynamodb.TransactWriteItems shop-orders', count]]);
  expect(failed(compare(seen(more)))).toEqual(['dynamodb.TransactGetItems']);
  expect(failed(compare(seen(more), calibration, race(60)))).toEqual([]);
  expect(failed(compare(seen(more), calibration, race(40)))).toEqual(['dynamodb.TransactGetItems']);
  expect(failed(compare(seen({ 'dynamodb.PutItem shop-orders': 110 }), calibration, race(60)))).toEqual([
    'dynamodb.PutItem',
  ]);
  expect(failed(compare(seen({ 'dynamodb.GetItem shop-orders': 50 }), calibration, race(600)))).toEqual([
    'dynamodb.GetItem',
  ]);
});

test('fails when the gateway saw no function', () => {
  expect(failed(compare(new Map()))).toContain('dynamodb.GetItem');
  const silent: SaleFacts = { events: [], log: { ...empty } };
  const { findings } = compareCalls(silent, { made: new Map(), refused: new Map(), prefix: 'shop-' }, calibration);
  expect(findings.map(({ holds }) => holds)).toEqual([false]);
});

const empty = { answered: [], settled: [], counted: [], fulfilment: [], postponed: [], swept: [] };
