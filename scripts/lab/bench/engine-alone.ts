import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { ClientConfig } from '../../sale/check/read-stores.ts';

export interface EngineRates {
  /** Messages per second, in batches of 10. */
  readonly sendMessageBatch: number;
  /** Transactions of two items per second. */
  readonly transactWrite: number;
}

const parallel = 8;

/** Measures the emulator alone, through the gateway: the order path's store and queue calls, 8 at a time. */
export async function measureEngine(
  config: ClientConfig,
  target: { queueUrl: string; table: string },
): Promise<EngineRates> {
  const sqs = new SQSClient(config);
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  const Entries = Array.from({ length: 10 }, (_, i) => ({ Id: String(i), MessageBody: `bench ${i}` }));
  const sendBatch = () => sqs.send(new SendMessageBatchCommand({ QueueUrl: target.queueUrl, Entries }));
  const transact = (index: number) =>
    documents.send(
      new TransactWriteCommand({
        TransactItems: ['a', 'b'].map((half) => ({
          Put: { TableName: target.table, Item: { pk: `BENCH#${index}#${half}`, left: 1, allocated: 1 } },
        })),
      }),
    );
  const sendMessageBatch = 10 * (await rate(200, sendBatch));
  const transactWrite = await rate(400, transact);
  sqs.destroy();
  documents.destroy();
  return { sendMessageBatch, transactWrite };
}

/** Calls per second, after a warm-up of a tenth of the calls. */
async function rate(calls: number, call: (index: number) => Promise<unknown>): Promise<number> {
  await inParallel(Math.ceil(calls / 10), (index) => call(-1 - index));
  const begun = performance.now();
  await inParallel(calls, call);
  return calls / ((performance.now() - begun) / 1_000);
}

async function inParallel(count: number, call: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  async function lane(): Promise<void> {
    while (next < count) await call(next++);
  }
  await Promise.all(Array.from({ length: parallel }, lane));
}
