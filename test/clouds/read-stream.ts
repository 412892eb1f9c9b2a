import { SignatureV4 } from '@smithy/signature-v4';
import type { Target } from '../../scripts/platform/engine/target.ts';
import { Sha256 } from '../support/sha256.ts';

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

/** All records of a table's stream, shard by shard. By plain HTTP, because no function reads streams by SDK. */
export async function readStream(target: Target, table: string): Promise<Records['Records']> {
  const call = <Answer>(operation: string, body: object) => callStreams<Answer>(target, operation, body);
  const { Streams } = await call<{ Streams: Stream[] }>('ListStreams', { TableName: table });
  const StreamArn = Streams[0]?.StreamArn;
  const { StreamDescription } = await call<{ StreamDescription: { Shards: Shard[] } }>('DescribeStream', { StreamArn });
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

async function callStreams<Answer>(
  { endpointUrl = '', region, credentials }: Target,
  operation: string,
  body: object,
): Promise<Answer> {
  const signer = new SignatureV4({ credentials, region, service: 'dynamodb', sha256: Sha256 });
  const { host, hostname } = new URL(endpointUrl);
  const { headers, body: sent } = await signer.sign({
    ...{ method: 'POST', protocol: 'http:', hostname, path: '/', body: JSON.stringify(body) },
    headers: {
      host,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
    },
  });
  const response = await fetch(endpointUrl, { method: 'POST', headers, body: sent as string });
  if (!response.ok) throw new Error(`${operation}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}
