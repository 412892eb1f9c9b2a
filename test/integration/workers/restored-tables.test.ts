import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, describe, expect, test } from 'vitest';
import {
  eventKey,
  openValue,
  orderKey,
  productKey,
  stockKey,
  supplyKey,
} from '../../../functions/adapters/aws/keys.ts';
import { toOrderEvent } from '../../../functions/contracts/order-event.ts';
import { confirmOrder, placeOrder } from '../../../functions/domain/order.ts';
import { createBackup, deleteBackup, deleteTable, restoreBeside } from '../../../scripts/operations/restore/backups.ts';
import { restoreClients } from '../../../scripts/operations/restore/clients.ts';
import { RestoreJournal } from '../../../scripts/operations/restore/journal.ts';
import { traceOf } from '../../../scripts/operations/restore/mend-orders.ts';
import { makePlan } from '../../../scripts/operations/restore/plan.ts';
import { byName, findChanges, type Row } from '../../../scripts/operations/restore/rows.ts';
import { beginState, restore } from '../../../scripts/operations/restore/run.ts';
import type { RestoreContext } from '../../../scripts/operations/restore/run-state.ts';
import { readImages } from '../../../scripts/operations/restore/stream.ts';
import { createTable, describeTable, readTable, writeChanges } from '../../../scripts/operations/restore/tables.ts';
import { clean, undo } from '../../../scripts/operations/restore/undo.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import { type TableName, tableNames } from '../../../stacks/model/services.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { platform, sdkConfig } from '../../support/deployed.ts';
import { script } from '../../support/scripted-client.ts';

// A stage of its own: concurrent tests use the tables of the deployed one.
const stage = { ...stages.local, name: `restore-${Date.now().toString(36)}` };
const clients = restoreClients(sdkConfig);
const table = physicalName(stage.name, 'orders');
const row = (pk: string, units: number) => ({ pk, sk: 'ORDER', units });

afterAll(async () => {
  await deleteTable(clients, table);
  await deleteTable(clients, `${table}-beside`);
});

test('restores a deleted table: from its backup, from its stream, with its settings', async (context) => {
  context.skip(platform.engine !== 'ministack', 'the other engines keep no backup of a deleted table');
  await createTable(clients, stage, 'orders');
  await writeChanges(clients, table, { puts: [row('one', 1), row('two', 1)], deletes: [] });
  const backup = await createBackup(clients, table, 'before');
  expect(await createBackup(clients, table, 'before')).toMatchObject({ arn: backup.arn });
  await writeChanges(clients, table, { puts: [row('two', 2), row('three', 1)], deletes: [row('one', 1)] });
  const stream = (await describeTable(clients, table))?.LatestStreamArn ?? '';
  await clients.dynamodb.send(new DeleteTableCommand({ TableName: table }));

  const plan = await makePlan(clients, stage.name, { named: [], until: Date.now() + 1_000 });
  expect(plan.missing).toContain('orders');
  const { orders: point } = plan.points;
  if (!point) throw new Error('the plan found no backup');
  await restoreBeside(clients, { table, beside: `${table}-beside`, point });
  const restored = byName(await readTable(clients, `${table}-beside`));
  expect([...restored.values()].map(({ units }) => units)).toEqual([1, 1]);
  expect(byName((await readImages(clients, stream)) ?? []).get('two ORDER')).toEqual(row('two', 2));

  await createTable(clients, stage, 'orders');
  await createTable(clients, stage, 'orders');
  await writeChanges(clients, table, findChanges(restored, byName(await readTable(clients, table))));
  expect(byName(await readTable(clients, table))).toEqual(restored);
  const { Table } = await clients.dynamodb.send(new DescribeTableCommand({ TableName: table }));
  expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName).sort()).toEqual(['byCustomer', 'open']);
  expect(Table?.StreamSpecification?.StreamViewType).toBe('NEW_IMAGE');
  expect(Table?.LatestStreamArn).not.toBe(stream);
  await deleteBackup(clients, backup.arn);
}, 30_000);

describe('a whole run, without any functions', () => {
  const own = { ...stages.local, name: `run-${Date.now().toString(36)}` };
  const name = (one: TableName) => physicalName(own.name, one);
  const folder = mkdtempSync(join(tmpdir(), 'restore-run-'));
  const journal = new RestoreJournal(join(folder, 'run.json'));
  const orderId = '6c1f1c55-6f0b-5f3e-9c7a-8d6a2f4c1b9e';
  const at = '2026-11-29T12:00:00.000Z';
  const placed = placeOrder(
    { orderId, customer: 'ada', sku: 'lamp', quantity: 2, unitPrice: 100, currency: 'EUR', shardCount: 1 },
    at,
  );
  const order = confirmOrder(placed, [{ shard: 0, quantity: 2 }], at);
  const orderRows = [
    { ...orderKey(orderId), v: 1, ...order, requestHash: 'a'.repeat(64), open: openValue(orderId) },
    { ...eventKey(orderId, 2), ...toOrderEvent(order, traceOf(orderId)) },
  ];
  const supply = { sku: 'lamp', key: 'first-one', quantity: 10, at };
  const stockRows = [
    { ...stockKey('lamp', 0), left: 8, allocated: 10 },
    { ...supplyKey('lamp', 'first-one'), v: 1, ...supply },
  ];
  const product = { ...productKey('lamp'), sku: 'lamp', name: 'Lamp', unitPrice: 100, currency: 'EUR', version: 1 };
  const put = (one: TableName, puts: readonly Row[]) => writeChanges(clients, name(one), { puts, deletes: [] });
  const read = async (one: TableName) => byName(await readTable(clients, name(one)));
  const steps: string[] = [];
  const context = (stopAt?: string): RestoreContext => ({
    ...{ clients, journal, stage: own, readBook: async () => [], mendViews: async () => [], settleMs: 0 },
    pauseStream: async () => {},
    onStep: (text) => {
      steps.push(text);
      if (stopAt !== undefined && text.startsWith(stopAt)) throw new Error('killed');
    },
  });
  const begin = async () =>
    beginState(await makePlan(clients, own.name, { named: ['orders', 'stock'], until: Date.now() }), new Date());

  afterAll(async () => {
    for (const one of tableNames) await deleteTable(clients, name(one));
    rmSync(folder, { recursive: true });
  });

  test('continues after a kill, holds, undoes its changes, and resumes', async ({ skip }) => {
    skip(platform.engine !== 'ministack', 'the other engines restore no backup');
    const lambda = script<object>(clients.lambda, {});
    const sqs = script<{ Entries?: readonly { MessageBody: string }[] }>(clients.sqs, { QueueUrl: 'http://queue' });
    for (const one of tableNames) await createTable(clients, own, one);
    await put('orders', orderRows);
    await put('stock', stockRows);
    await put('catalog', [{ ...product, shardCount: 1, supplied: 10, changedAt: at }]);
    for (const one of ['orders', 'stock'] as const) await createBackup(clients, name(one), 'nightly');
    const damaged = [{ ...orderRows[0], ...orderKey(orderId), quantity: 'two' }];
    await writeChanges(clients, name('orders'), { puts: damaged, deletes: orderRows.slice(1) });
    await put('stock', [{ ...stockKey('lamp', 0), left: 99, allocated: 10 }]);
    const found = { orders: await read('orders'), stock: await read('stock') };

    await expect(restore(context('reconciling'), await begin(), true)).rejects.toThrow('killed');
    const held = await restore(context(), journal.read() ?? (await begin()), true);
    expect(steps.filter((text) => text.startsWith('restoring into new tables'))).toHaveLength(1);
    expect(held).toMatchObject({ wrong: [], state: { differences: [] } });
    expect(await read('orders')).toEqual(byName(orderRows));
    expect(await read('stock')).toEqual(byName(stockRows));
    expect(lambda.filter((input) => 'ReservedConcurrentExecutions' in input)).toHaveLength(3);

    expect((await undo(context(), held.state)).state.finished).toBe('undone');
    expect({ orders: await read('orders'), stock: await read('stock') }).toEqual(found);

    const done = await restore(context(), { ...(await begin()), run: 'r-second' }, false);
    expect(done.state.finished).toBe('restored');
    expect(await read('orders')).toEqual(byName(orderRows));
    const bodies = sqs.flatMap(({ Entries = [] }) => Entries.map(({ MessageBody }) => JSON.parse(MessageBody)));
    expect(bodies).toEqual([expect.objectContaining({ order: { orderId } })]);
    await put('orders', [
      { ...orderRows[0], ...orderKey(orderId), changedAt: new Date(Date.now() + 1_000).toISOString() },
    ]);
    await expect(undo(context(), done.state)).rejects.toMatchObject({ code: 'changed_since' });
    await clean(context(), done.state);
    expect(await describeTable(clients, `${name('orders')}-r-second`)).toBeUndefined();
  }, 30_000);
});
