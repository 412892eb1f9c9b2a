import { eventOfRecord } from '../../../functions/adapters/aws/stream.ts';
import type { Target } from '../../../scripts/platform/engine/target.ts';
import type { Backend } from './backend.ts';

interface Stream {
  readonly StreamArn: string;
}

interface Records {
  readonly Records: { readonly dynamodb: object }[];
  readonly NextShardIterator?: string;
}

interface Shard {
  readonly ShardId: string;
}

/**
 * Reads a table's stream as the event source mapping does: shard by shard from its beginning, and on after the last
 * event handed over. By plain HTTP: no function reads streams by SDK, and the emulator checks no signature.
 */
export function awsStream(target: Target, table: string): Backend['drain'] {
  const call = <Answer>(operation: string, body: object) => callStreams<Answer>(target, operation, body);

  async function readRecords(): Promise<Records['Records']> {
    const { Streams } = await call<{ Streams: Stream[] }>('ListStreams', { TableName: table });
    const StreamArn = Streams[0]?.StreamArn;
    const { StreamDescription } = await call<{ StreamDescription: { Shards: Shard[] } }>('DescribeStream', {
      StreamArn,
    });
    const all: Records['Records'] = [];
    for (const { ShardId } of StreamDescription.Shards) {
      const from = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
      let next = (await call<{ ShardIterator?: string }>('GetShardIterator', from)).ShardIterator;
      while (next !== undefined) {
        const page: Records = await call<Records>('GetRecords', { ShardIterator: next });
        all.push(...page.Records);
        next = page.Records.length > 0 ? page.NextShardIterator : undefined;
      }
    }
    return all;
  }

  const taken = new Map<string, number>();
  return async (sku, hand) => {
    const events = (await readRecords()).flatMap((record) => eventOfRecord(record) ?? []);
    const own = events.filter(({ order }) => order.sku === sku);
    for (const event of own.slice(taken.get(sku) ?? 0)) {
      await hand(event);
      taken.set(sku, (taken.get(sku) ?? 0) + 1);
    }
  };
}

async function callStreams<Answer>(
  { endpointUrl = '', region, credentials }: Target,
  operation: string,
  body: object,
): Promise<Answer> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/20261127/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`;
  const headers = { authorization, 'x-amz-target': `DynamoDBStreams_20120810.${operation}` };
  const response = await fetch(endpointUrl, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${operation}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}
