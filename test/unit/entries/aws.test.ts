import type { Context, DynamoDBStreamEvent, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { documents } from '../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { eventBridge } from '../../../functions/adapters/aws/clients/eventbridge-client.ts';
import { sqs } from '../../../functions/adapters/aws/clients/sqs-client.ts';
import { toOrderEvent } from '../../../functions/contracts/order-event.ts';
import { placeOrder, rejectOrder } from '../../../functions/domain/order.ts';
import { requestEvent } from '../../../scripts/platform/functions/request-event.ts';
import { tableVariables } from '../../../stacks/model/table-variables.ts';
import { traceparent } from '../../support/memory-system.ts';
import { script } from '../../support/scripted-client.ts';
import { streamRecord } from '../../support/stream-record.ts';

const env = {
  ...tableVariables,
  ...{ BUS_NAME: 'bus', DEAD_LETTER_URL: 'dead', FULFILMENT_QUEUE_URL: 'queue' },
  ...{ PARTNER_SECRET: 'partner-signing-key', STAGE: 'local' },
  ...{ PARTNER_URL: 'http://127.0.0.1:9', CANCELLABLE_MS: '0', GIVE_UP_MS: '1000', BREAKER_OPEN_MS: '1000' },
  ...{ CACHE_BROWSER_SECONDS: '1', CACHE_EDGE_SECONDS: '1', CACHE_STALE_SECONDS: '1', CACHE_ERROR_SECONDS: '1' },
  ...{ CACHE_FUNCTION_MS: '0', AWS_REGION: 'us-east-1' },
  ...{ POWERTOOLS_METRICS_DISABLED: 'true', POWERTOOLS_METRICS_NAMESPACE: 'test' },
};
beforeAll(() => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
});
afterAll(() => vi.unstubAllEnvs());

const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
const outage = Object.assign(new Error('no answer'), { name: 'TimeoutError' });
const at = '2026-11-27T09:00:00.000Z';
const orderId = (number: number) => `6c1f1c55-6f0b-5f3e-9c7a-${String(number).padStart(12, '0')}`;
const item = { customer: 'ada', sku: 'lamp', quantity: 1, unitPrice: 1, currency: 'EUR' as const, shardCount: 1 };
const eventNumber = (number: number) =>
  toOrderEvent(rejectOrder(placeOrder({ ...item, orderId: orderId(number) }, at), at), traceparent);

/** Three messages; the second is of no version, so it is dead-lettered. */
function batch(bodyOf: (number: number) => object): SQSEvent {
  const bodies = [bodyOf(0), { v: 7 }, bodyOf(2)];
  const Records = bodies.map((body, number) => ({
    ...{ messageId: `message-${number}`, receiptHandle: `receipt-${number}`, body: JSON.stringify(body) },
    ...{ messageAttributes: {}, md5OfBody: '', awsRegion: '', eventSource: '', eventSourceARN: '' },
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: '', SenderId: '', ApproximateFirstReceiveTimestamp: '' },
  }));
  return { Records };
}

const failures = (ids: readonly string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

test('settlement names the messages that failed by their ids', async () => {
  const { handler } = await import('../../../functions/settlement/aws.ts');
  script(documents, outage);
  const dead = script<{ readonly MessageBody: string }>(sqs, {});
  const event = batch((number) => ({ v: 1, orderId: orderId(number), traceparent }));
  expect(await handler(event, context)).toEqual(failures(['message-0', 'message-2']));
  expect(dead.map(({ MessageBody }) => MessageBody)).toEqual(['{"v":7}']);
});

test('fulfilment names the messages that failed by their ids', async () => {
  const { handler } = await import('../../../functions/fulfilment/aws.ts');
  script(documents, outage);
  const dead = script(sqs, {});
  const event = batch((number) => ({ v: 1, order: { orderId: orderId(number) }, traceparent }));
  expect(await handler(event, context)).toEqual(failures(['message-0', 'message-2']));
  expect(dead).toHaveLength(1);
});

test('projection names the records that failed by their sequence numbers', async () => {
  const { handler } = await import('../../../functions/projection/aws.ts');
  script(documents, outage);
  const published = script(eventBridge, {});
  const Records = [eventNumber(0), eventNumber(1)].map(streamRecord);
  const result = await handler({ Records } as DynamoDBStreamEvent, context);
  expect(result).toEqual(failures(['1000', '1001']));
  expect(published).toEqual([]);
});

test('projection keeps the record of a malformed event, and fails while it cannot', async () => {
  const { handler } = await import('../../../functions/projection/aws.ts');
  const record = { dynamodb: { NewImage: { pk: { S: 'ORDER#1' } }, SequenceNumber: '7' } };
  const event = { Records: [record] } as unknown as DynamoDBStreamEvent;
  const dead = script<{ readonly MessageBody: string }>(sqs, outage, {});
  expect(await handler(event, context)).toEqual(failures(['7']));
  expect(await handler(event, context)).toEqual(failures([]));
  expect(dead.map(({ MessageBody }) => JSON.parse(MessageBody))).toEqual([record, record]);
});

// After an invalidation, an old row must not fill a cache again.
test.each([
  ['catalog', () => import('../../../functions/catalog/aws.ts'), { rawPath: '/products/lamp', method: 'GET' }],
] as const)('%s reads products consistently', async (_, load, request) => {
  const { handler } = await load();
  const reads = script<{ readonly ConsistentRead?: boolean }>(documents, {});
  await handler(requestEvent(request) as never, context);
  expect(reads.map(({ ConsistentRead }) => ConsistentRead)).toEqual([true]);
});
