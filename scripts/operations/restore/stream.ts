import { setTimeout as sleep } from 'node:timers/promises';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb-streams';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { RestoreClients } from './clients.ts';
import type { Row } from './rows.ts';

/** Consecutive empty pages before reading ends: an open shard never ends, and may return none although it has more. */
const emptyPages = 8;
const pauseMs = 250;

/**
 * All row images that a stream still has: those of the last 24 hours, even after its table was deleted. Undefined if
 * the stream no longer exists.
 */
export async function readImages(
  { streams }: RestoreClients,
  StreamArn: string,
  pause: () => Promise<unknown> = () => sleep(pauseMs),
): Promise<Row[] | undefined> {
  const shards = await listShards(streams, StreamArn);
  if (!shards) return undefined;
  const rows: Row[] = [];
  for (const ShardId of shards) {
    const begin = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
    const { ShardIterator } = await streams.send(new GetShardIteratorCommand(begin));
    for await (const row of readShard(streams, ShardIterator, pause)) rows.push(row);
  }
  return rows;
}

async function* readShard(
  streams: RestoreClients['streams'],
  first: string | undefined,
  pause: () => Promise<unknown>,
): AsyncGenerator<Row> {
  let next = first;
  for (let empty = 0; next !== undefined && empty < emptyPages; ) {
    const { Records = [], NextShardIterator } = await streams.send(new GetRecordsCommand({ ShardIterator: next }));
    const images = Records.flatMap(({ dynamodb }) => (dynamodb?.NewImage ? [dynamodb.NewImage] : []));
    yield* images.map((image) => unmarshall(image as Record<string, AttributeValue>) as Row);
    next = NextShardIterator;
    empty = Records.length > 0 ? 0 : empty + 1;
    if (empty > 0 && next !== undefined) await pause();
  }
}

async function listShards(streams: RestoreClients['streams'], StreamArn: string): Promise<string[] | undefined> {
  const ids: string[] = [];
  let ExclusiveStartShardId: string | undefined;
  try {
    do {
      const from = ExclusiveStartShardId === undefined ? {} : { ExclusiveStartShardId };
      const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn, ...from }));
      ids.push(...(StreamDescription?.Shards ?? []).flatMap(({ ShardId }) => ShardId ?? []));
      ExclusiveStartShardId = StreamDescription?.LastEvaluatedShardId;
    } while (ExclusiveStartShardId !== undefined);
    return ids;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
