import type { StreamRecords } from './services.ts';

/** A Lambda event filter: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html */
export function toFilterPattern(records: StreamRecords) {
  return records.kind === 'inserts'
    ? { eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: records.sortKeyPrefix }] } } } }
    : { dynamodb: { Keys: { pk: { S: [{ prefix: records.keyPrefix }] } } } };
}
