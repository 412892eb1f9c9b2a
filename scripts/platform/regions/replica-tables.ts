import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientOptions, type Target } from '../engine/target.ts';

/**
 * Creates replicas of a region's tables in another region's engine. On AWS, deploying a global table creates its
 * replicas; here each region has its own engine, which does not know the others.
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
