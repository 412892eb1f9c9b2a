import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  type TableDescription,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { jitteredPause } from '../../../functions/runtime/system.ts';
import type { TableName } from '../../../stacks/model/services.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import type { RestoreClients } from './clients.ts';
import { toCreateTable, toLaterSettings } from './create-table.ts';
import type { Row, RowChanges } from './rows.ts';

const writesPerCall = 25;
const concurrency = 8;
const pollMs = 5_000;
const firstPollMs = 200;

/** Undefined if the table does not exist. */
export async function describeTable({ dynamodb }: RestoreClients, name: string): Promise<TableDescription | undefined> {
  try {
    return (await dynamodb.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** On AWS, a restore takes minutes to hours. */
export async function waitUntilActive(clients: RestoreClients, name: string): Promise<TableDescription> {
  for (let pauseMs = firstPollMs; ; pauseMs = Math.min(pauseMs * 2, pollMs)) {
    const table = await describeTable(clients, name);
    if (table?.TableStatus === 'ACTIVE') return table;
    await sleep(pauseMs);
  }
}

/** Creates a missing table with the stage's settings. A repetition after a kill completes it. */
export async function createTable(clients: RestoreClients, stage: Stage, table: TableName): Promise<void> {
  const input = toCreateTable(stage, table);
  try {
    await clients.dynamodb.send(new CreateTableCommand(input));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilActive(clients, String(input.TableName));
  const { timeToLive, recovery } = toLaterSettings(stage, table);
  if (recovery) await clients.dynamodb.send(new UpdateContinuousBackupsCommand(recovery));
  // DynamoDB rejects the update if it is already enabled.
  if (timeToLive) await clients.dynamodb.send(new UpdateTimeToLiveCommand(timeToLive)).catch(allowEnabled);
}

function allowEnabled(error: unknown): void {
  if (!/already enabled/.test((error as Error).message)) throw error;
}

export async function readTable({ documents }: RestoreClients, TableName: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const { Items = [] } of paginateScan({ client: documents }, { TableName, ConsistentRead: true }))
    rows.push(...(Items as Row[]));
  return rows;
}

export async function writeChanges(
  clients: RestoreClients,
  table: string,
  { puts, deletes }: RowChanges,
): Promise<void> {
  const writes = [
    ...puts.map((Item) => ({ PutRequest: { Item } })),
    ...deletes.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, ...(sk !== undefined && { sk }) } } })),
  ];
  const limit = pLimit(concurrency);
  const batches = Array.from({ length: Math.ceil(writes.length / writesPerCall) }, (_, index) =>
    writes.slice(index * writesPerCall, (index + 1) * writesPerCall),
  );
  await Promise.all(batches.map((batch) => limit(() => writeBatch(clients, table, batch))));
}

type Writes = NonNullable<ConstructorParameters<typeof BatchWriteCommand>[0]['RequestItems']>[string];

async function writeBatch({ documents }: RestoreClients, table: string, batch: Writes): Promise<void> {
  let waiting = batch;
  for (let pauseMs = 50; waiting.length > 0; pauseMs = Math.min(pauseMs * 2, 5_000)) {
    const { UnprocessedItems } = await documents.send(new BatchWriteCommand({ RequestItems: { [table]: waiting } }));
    waiting = UnprocessedItems?.[table] ?? [];
    if (waiting.length > 0) await jitteredPause(pauseMs);
  }
}
