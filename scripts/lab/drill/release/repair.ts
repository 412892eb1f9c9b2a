import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { storeNamesOf, toClientConfig } from '../../../sale/deployed-quiescence.ts';
import type { DrillSystem } from '../drill.ts';
import { unknownState } from './bad-versions.ts';

/**
 * The runbook's step for invalid rows of a faulty version: marks each order that it accepted as pending, as the good
 * version would have. @returns how many rows
 */
export async function repairRows(system: DrillSystem): Promise<number> {
  const client = new DynamoDBClient(toClientConfig(system));
  const documents = DynamoDBDocumentClient.from(client);
  const TableName = storeNamesOf(system).ordersTable;
  let repaired = 0;
  try {
    for await (const { Items = [] } of paginateScan({ client: documents }, { TableName, ConsistentRead: true })) {
      for (const { pk, sk } of Items.filter(({ state }) => state === unknownState)) {
        await documents.send(
          new UpdateCommand({
            TableName,
            Key: { pk, sk },
            UpdateExpression: 'SET #state = :right',
            ConditionExpression: '#state = :wrong',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: { ':right': 'PENDING', ':wrong': unknownState },
          }),
        );
        repaired++;
      }
    }
    return repaired;
  } finally {
    client.destroy();
  }
}
