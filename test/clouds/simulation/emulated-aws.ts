import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { startEmbedded } from '../../../scripts/platform/engine/host.ts';
import { clientOptions, type Target } from '../../../scripts/platform/engine/target.ts';
import { Gateway } from '../../../scripts/platform/gateway/gateway.ts';
import { createWorkspace } from '../../../scripts/platform/process/workspace.ts';
import { orderIndexes } from '../../../stacks/model/services.ts';
import type { TableNames } from './requests.ts';

export interface EmulatedAws {
  readonly target: Target;
  readonly client: DynamoDBDocumentClient;
  readonly sqs: SQSClient;
  readonly eventBridge: EventBridgeClient;
  /** Empty tables of fresh names. */
  createTables(): Promise<TableNames>;
  /** An empty queue that gives a message up after `maxReceives`. */
  createQueues(maxReceives: number): Promise<{ readonly url: string; readonly deadUrl: string }>;
  close(): Promise<void>;
}

/** The embedded engine, without a deployment. */
export async function startEmulator(): Promise<EmulatedAws> {
  const workspace = createWorkspace();
  const gateway = new Gateway();
  await gateway.start();
  const { target, engine } = await startEmbedded({ workspace, gateway, onProgress: () => {} });
  const dynamodb = new DynamoDBClient({ ...clientOptions(target), maxAttempts: 1 });
  const sqs = new SQSClient({ ...clientOptions(target), maxAttempts: 1 });
  const eventBridge = new EventBridgeClient({ ...clientOptions(target), maxAttempts: 1 });
  let names = 0;
  return {
    target,
    client: DynamoDBDocumentClient.from(dynamodb),
    sqs,
    eventBridge,
    async createTables() {
      const number = names++;
      const tables = { orders: `orders-${number}`, stock: `stock-${number}` };
      await Promise.all([
        dynamodb.send(new CreateTableCommand({ ...ordersTable, TableName: tables.orders })),
        dynamodb.send(new CreateTableCommand({ ...stockTable, TableName: tables.stock })),
      ]);
      return tables;
    },
    async createQueues(maxReceives) {
      const number = names++;
      const create = async (QueueName: string, Attributes: Record<string, string> = {}) =>
        (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
      const deadUrl = await create(`dead-${number}`);
      const deadLetterTargetArn = `arn:aws:sqs:${target.region}:000000000000:dead-${number}`;
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: maxReceives });
      return { url: await create(`queue-${number}`, { RedrivePolicy }), deadUrl };
    },
    async close() {
      dynamodb.destroy();
      sqs.destroy();
      eventBridge.destroy();
      await engine.stop();
      await gateway.stop();
      workspace.remove();
    },
  };
}

const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
const keys = (partition: string, sort?: string) => [
  { AttributeName: partition, KeyType: 'HASH' as const },
  ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: 'RANGE' as const }]),
];

const ordersTable = {
  BillingMode: 'PAY_PER_REQUEST' as const,
  KeySchema: keys('pk', 'sk'),
  AttributeDefinitions: ['pk', 'sk', 'customer', 'open', 'acceptedAt'].map(text),
  GlobalSecondaryIndexes: orderIndexes.map(({ name, partitionKey, sortKey, holds }) => ({
    IndexName: name,
    KeySchema: keys(partitionKey, sortKey),
    Projection: { ProjectionType: holds === 'items' ? ('ALL' as const) : ('KEYS_ONLY' as const) },
  })),
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' as const },
};

const stockTable = {
  BillingMode: 'PAY_PER_REQUEST' as const,
  KeySchema: keys('pk'),
  AttributeDefinitions: [text('pk')],
};
