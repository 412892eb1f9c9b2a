import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import { clientOptions, type Target } from '../engine/target.ts';
import { type Item, type Lag, ReplicationQueue, type Write } from './replication-queue.ts';

const pauseMs = 200;
/** DynamoDB's maximum per batch. */
const batchSize = 25;

export interface ReplicatorOptions {
  readonly owner: Target;
  readonly replica: Target;
  readonly tables: readonly string[];
  readonly lag: Lag;
  readonly seed: number;
  /** False while the network between the two regions is cut. */
  readonly reaches: () => boolean;
}

/** Replicates the writes of one region's tables to another region. */
export interface Replicator {
  /** Resolves when the replica has every write made before this call. */
  caughtUp(): Promise<void>;
  /** Stops replicating. Unsent writes are lost. */
  stop(): Promise<{ readonly lost: number }>;
}

export async function startReplicator(options: ReplicatorOptions): Promise<Replicator> {
  const { owner, replica, tables, lag, seed, reaches } = options;
  const streams = new DynamoDBStreamsClient(clientOptions(owner));
  const dynamodb = new DynamoDBClient(clientOptions(replica));
  const queue = new ReplicationQueue(lag, seed);
  const cursors = await openCursors(owner, streams, tables);
  let over = false;
  let idleRounds = 0;
  const round = async () => {
    let read = 0;
    for (const cursor of cursors) read += await readStream(streams, cursor, queue);
    const sent = reaches() ? await send(dynamodb, queue) : 0;
    idleRounds = read + sent + queue.length === 0 ? idleRounds + 1 : 0;
  };
  const running = (async () => {
    for (; !over; await sleep(pauseMs)) await round().catch(() => {});
  })();
  return {
    caughtUp: async () => {
      idleRounds = 0;
      while (!over && idleRounds < 2) await sleep(pauseMs);
    },
    stop: async () => {
      over = true;
      await running;
      streams.destroy();
      dynamodb.destroy();
      return { lost: queue.discard().length };
    },
  };
}

interface Cursor {
  readonly table: string;
  iterator: string | undefined;
}

async function openCursors(
  owner: Target,
  streams: DynamoDBStreamsClient,
  tables: readonly string[],
): Promise<readonly Cursor[]> {
  const dynamodb = new DynamoDBClient(clientOptions(owner));
  const open = async (table: string): Promise<Cursor> => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: table }));
    const StreamArn = Table?.LatestStreamArn;
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    // Each of the engine's streams has one shard, which never ends.
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
    const begin = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
    return { table, iterator: (await streams.send(new GetShardIteratorCommand(begin))).ShardIterator };
  };
  return Promise.all(tables.map(open)).finally(() => dynamodb.destroy());
}

async function readStream(streams: DynamoDBStreamsClient, cursor: Cursor, queue: ReplicationQueue): Promise<number> {
  const answer = await streams.send(new GetRecordsCommand({ ShardIterator: cursor.iterator }));
  const { Records = [], NextShardIterator } = answer;
  cursor.iterator = NextShardIterator;
  for (const record of Records) queue.add(toWrite(cursor.table, record), Date.now());
  return Records.length;
}

function toWrite(table: string, { dynamodb: change }: StreamRecord): Write {
  return {
    table,
    key: (change?.Keys ?? {}) as Item,
    item: change?.NewImage as Item | undefined,
    sequence: BigInt(change?.SequenceNumber ?? 0),
  };
}

async function send(dynamodb: DynamoDBClient, queue: ReplicationQueue): Promise<number> {
  const writes = queue.take(Date.now());
  for (let first = 0; first < writes.length; first += batchSize) {
    try {
      await dynamodb.send(toBatch(writes.slice(first, first + batchSize)));
    } catch (error) {
      queue.giveBack(writes.slice(first), Date.now());
      throw error;
    }
  }
  return writes.length;
}

function toBatch(writes: readonly Write[]): BatchWriteItemCommand {
  const toRequest = ({ key, item }: Write): WriteRequest =>
    item ? { PutRequest: { Item: item } } : { DeleteRequest: { Key: key } };
  const tables = [...Map.groupBy(writes, ({ table }) => table)];
  return new BatchWriteItemCommand({
    RequestItems: Object.fromEntries(tables.map(([table, ofTable]) => [table, ofTable.map(toRequest)])),
  });
}
