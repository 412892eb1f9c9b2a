import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { storeNamesOf, toClientConfig } from '../../../sale/deployed-quiescence.ts';
import type { DrillSystem } from '../drill.ts';
import { unknownState } from './bad-versions.ts';

/**
 * The runbook's step for rows that a version wrote and may not: each order that the bad version accepted is pending, as
 * the good one would have written it. @returns how many
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
