import { DeleteTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, expect, test } from 'vitest';
import { createBackup, deleteBackup, deleteTable, restoreBeside } from '../../../scripts/operations/restore/backups.ts';
import { restoreClients } from '../../../scripts/operations/restore/clients.ts';
import { makePlan } from '../../../scripts/operations/restore/plan.ts';
import { byName, findChanges } from '../../../scripts/operations/restore/rows.ts';
import { readImages } from '../../../scripts/operations/restore/stream.ts';
import { createTable, describeTable, readTable, writeChanges } from '../../../scripts/operations/restore/tables.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { platform, sdkConfig } from '../../support/deployed.ts';

// Tables of a stage that nothing else uses: the others are those of the tests beside this one.
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
