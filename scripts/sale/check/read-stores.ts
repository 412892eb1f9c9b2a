import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { type DeadLetter, type DeadLetterStep, deadLetterSteps, parseReason } from './dead-letter.ts';
import type { Stores } from './snapshot.ts';
import { readRows, type TableRow } from './table-rows.ts';

export interface StoreNames {
  readonly ordersTable: string;
  readonly stockTable: string;
  readonly catalogTable: string;
  readonly viewsTable: string;
  readonly deadLetterUrls: Readonly<Record<DeadLetterStep, string>>;
}

export interface ClientConfig {
  readonly endpoint?: string;
  readonly region: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * Reads the four tables of a deployed system.
 *
 * @param days how long the rows of an order are kept after its end; undefined: for ever
 */
export async function readTables(names: StoreNames, config: ClientConfig, days?: number): Promise<Stores> {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  const [orderRows, stockRows, products, viewRows] = await Promise.all([
    scanTable(documents, names.ordersTable),
    scanTable(documents, names.stockTable),
    scanTable(documents, names.catalogTable),
    scanTable(documents, names.viewsTable),
  ]);
  documents.destroy();
  // Rows that expire during the reads are left out of every table.
  const retention = days === undefined ? undefined : { days, atMs: Date.now() };
  return readRows({ orderRows, stockRows, products, viewRows }, retention);
}

/** Reads the dead letters. They stay in their queues, hidden for `visibilityTimeoutSeconds`. */
export async function readDeadLetters({ deadLetterUrls }: StoreNames, config: ClientConfig): Promise<DeadLetter[]> {
  const sqs = new SQSClient(config);
  const letters = await Promise.all(
    deadLetterSteps.map(async (step) => (await peek(sqs, deadLetterUrls[step])).map((letter) => ({ step, ...letter }))),
  );
  sqs.destroy();
  return letters.flat();
}

/** All rows, read consistently. */
export async function scanTable(documents: DynamoDBDocumentClient, table: string): Promise<TableRow[]> {
  const rows: TableRow[] = [];
  for await (const page of paginateScan({ client: documents }, { TableName: table, ConsistentRead: true })) {
    rows.push(...(page.Items ?? []));
  }
  return rows;
}

const visibilityTimeoutSeconds = 20;

async function peek(sqs: SQSClient, QueueUrl: string): Promise<Omit<DeadLetter, 'step'>[]> {
  const letters = new Map<string, Omit<DeadLetter, 'step'>>();
  const wanted = { MaxNumberOfMessages: 10, MessageAttributeNames: ['reason'] };
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, ...wanted, VisibilityTimeout: visibilityTimeoutSeconds }),
    );
    const fresh = Messages.filter(({ MessageId = '' }) => !letters.has(MessageId));
    for (const { MessageId = '', Body = '', MessageAttributes } of fresh)
      letters.set(MessageId, { body: Body, noted: parseReason(MessageAttributes?.reason?.StringValue) });
    if (fresh.length === 0) return [...letters.values()];
  }
}
