import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { calibrate, count } from '../../../../scripts/planner/calibration/calibrate.ts';
import type { CountedCalibration } from '../../../../scripts/planner/calibration/counted.ts';
import { stepNames } from '../../../../scripts/planner/types.ts';

const shardCount = 8;
const cacheFolder = mkdtempSync(join(tmpdir(), 'calibration-'));
let [counted, kept]: CountedCalibration[] = [];

beforeAll(async () => {
  [counted, kept] = await Promise.all([count(shardCount), calibrate({ shardCount, cacheFolder })]);
}, 60_000);
afterAll(() => rmSync(cacheFolder, { recursive: true }));

const stepOf = (name: (typeof stepNames)[number]) => {
  const step = counted?.steps[name];
  if (!step) throw new Error(`${name} was not counted`);
  return step;
};

test('counts every step, and the same code gives the same numbers', () => {
  expect(Object.keys(counted?.steps ?? {}).toSorted()).toEqual([...stepNames].toSorted());
  expect(kept).toEqual(counted);
});

test('an accepted order is a read, a write with its two indexes, and a message', () => {
  const { tables, queues, operations, roundTrips } = stepOf('placeOrder').perOrder;
  expect(tables.catalog).toMatchObject({ calls: 1, readUnits: 0.5 });
  expect(tables.orders).toMatchObject({ calls: 1, writeUnits: 1, indexWriteUnits: 2 });
  expect(queues['order-requests']?.messages).toBe(1);
  expect(operations).toEqual({
    'dynamodb.GetItem catalog': 1,
    'dynamodb.PutItem orders': 1,
    'sqs.SendMessage order-requests': 1,
  });
  expect(roundTrips).toBe(3);
});

test('a repeated post pays for its failed condition, and stores nothing', () => {
  expect(stepOf('repeatPost').perOrder.tables.orders).toMatchObject({ writeUnits: 1, storedBytes: 0 });
});

test('a post that is repeated after the decision sends no message', () => {
  const { queues, tables } = stepOf('repeatSettled').perOrder;
  expect(queues).toEqual({});
  expect(tables.orders).toMatchObject({ writeUnits: 1, storedBytes: 0 });
});

test('a batch of events reads once for all of its rows of counters, and writes each of them', () => {
  expect(counted?.projectOnce).toEqual({ 'dynamodb.BatchGetItem views': 1, 'dynamodb.TransactWriteItems views': 0 });
});

test('a group confirms its orders in one transaction, which pays twice for each item', () => {
  const { perOrder, perGroup } = stepOf('confirm');
  expect(perOrder.tables.orders).toMatchObject({ readUnits: 0.5, writeUnits: 4, indexWriteUnits: 1 });
  expect(perGroup.tables.stock).toMatchObject({ calls: 1, writeUnits: 2 });
  expect(perGroup.operations['dynamodb.TransactWriteItems orders+stock']).toBe(1);
});

test('a rejected order writes its row and its event, and leaves the index of open orders', () => {
  const { tables } = stepOf('reject').perOrder;
  expect(tables.orders?.writeUnits).toBeGreaterThanOrEqual(4);
  expect(tables.orders?.indexWriteUnits).toBe(2);
});

test('ten events are published in one call', () => {
  const { events, operations } = stepOf('project').perOrder;
  expect(events.count).toBe(1);
  expect(operations['events.PutEvents events']).toBe(0.1);
});

test('a fulfilled order asks the partner once; one without an answer is asked again, and sent again', () => {
  expect(stepOf('fulfil').perOrder.partnerCalls).toBe(1);
  const { partnerCalls, queues } = stepOf('fulfilUnanswered').perOrder;
  expect(partnerCalls).toBe(3);
  expect(queues['fulfilment-requests']?.messages).toBe(1);
});

test('every step of a function writes log lines', () => {
  for (const name of stepNames) expect(stepOf(name).perOrder.logBytes, name).toBeGreaterThan(100);
});

test('a kept result is read and not counted again', async () => {
  const [file = ''] = readdirSync(cacheFolder);
  writeFileSync(join(cacheFolder, file), '{"steps":"kept"}');
  expect(await calibrate({ shardCount, cacheFolder })).toEqual({ steps: 'kept' });
});
