import { DeleteTableCommand, DescribeTableCommand, DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { toClientConfig } from '../../sale/deployed-quiescence.ts';
import type { DrillSystem } from './drill.ts';

/** Removes the deletion protection of a table, then deletes the table. */
export async function deleteTable(system: DrillSystem, TableName: string): Promise<void> {
  const dynamodb = new DynamoDBClient(toClientConfig(system));
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  if (Table?.DeletionProtectionEnabled)
    await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
  await dynamodb.send(new DeleteTableCommand({ TableName }));
  dynamodb.destroy();
}

/** Falsifies every counter of a product and forgets every second order. Returns how many rows were damaged. */
export async function damageViews(system: DrillSystem, TableName: string, sku: string): Promise<number> {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(toClientConfig(system)));
  let damaged = 0;
  for await (const { Items = [] } of paginateScan({ client: documents }, { TableName, ConsistentRead: true })) {
    for (const row of Items) {
      const { pk, sk } = row as { pk: string; sk: string };
      const guard = sk === 'COUNTED' && row.sku === sku && damaged % 2 === 0;
      if (!guard && !pk.includes(`SALES#${sku}#`)) continue;
      damaged++;
      if (guard) await documents.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
      else await documents.send(new PutCommand({ TableName, Item: { ...row, revenue: Number(row.revenue ?? 0) + 1 } }));
    }
  }
  documents.destroy();
  return damaged;
}
