import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientOptions, type Target } from '../engine/target.ts';

/**
 * Creates tables of one region in the engine of another. On AWS the deploy of a global table makes its replicas; here
 * each region is an engine of its own, which knows nothing of the others.
 */
export async function createReplicas(owner: Target, replica: Target, tables: readonly string[]): Promise<void> {
  const [from, to] = [new DynamoDBClient(clientOptions(owner)), new DynamoDBClient(clientOptions(replica))];
  try {
    for (const TableName of tables) {
      const { Table = {} } = await from.send(new DescribeTableCommand({ TableName }));
      const { AttributeDefinitions, KeySchema, StreamSpecification, GlobalSecondaryIndexes } = Table;
      const indexes = GlobalSecondaryIndexes?.map(({ IndexName, KeySchema: keys, Projection }) => ({
        ...{ IndexName, KeySchema: keys, Projection },
      }));
      await to.send(
        new CreateTableCommand({
          ...{ TableName, AttributeDefinitions, KeySchema, StreamSpecification },
          ...(indexes?.length && { GlobalSecondaryIndexes: indexes }),
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
    }
  } finally {
    from.destroy();
    to.destroy();
  }
}
