import type { StreamRecords } from './services.ts';

/** As Lambda's event filters are written: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html */
export function patternOf(records: StreamRecords) {
  return records.kind === 'inserts'
    ? { eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: records.sortKeyPrefix }] } } } }
    : { dynamodb: { Keys: { pk: { S: [{ prefix: records.keyPrefix }] } } } };
}
