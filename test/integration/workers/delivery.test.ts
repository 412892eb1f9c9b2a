import { randomUUID } from 'node:crypto';
import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeAll, expect, test } from 'vitest';
import type { BatchResponse } from '../../../functions/adapters/aws/lambda/on-lambda.ts';
import { busSource, type OrderEvent, orderEvent } from '../../../functions/contracts/order-event.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import {
  eventually,
  freshKey,
  freshProduct,
  output,
  platform,
  sdkConfig,
  settled,
  shop,
  storesOf,
  tokenOf,
} from '../../support/deployed.ts';
import { traceparent } from '../../support/memory-system.ts';
import { streamRecord } from '../../support/stream-record.ts';

const ada = await tokenOf('ada');
const sqs = new SQSClient(sdkConfig);
const lambda = new LambdaClient(sdkConfig);
const dynamodb = new DynamoDBClient(sdkConfig);
const queueUrl = output('OrderQueueUrl');

async function sendToQueue(...bodies: string[]): Promise<void> {
  const Entries = bodies.map((MessageBody, i) => ({ Id: String(i), MessageBody }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
}

/** Waits for a message whose body contains `text`; leaves all others in the queue. */
function messageWith(text: string, QueueUrl: string, withinMs?: number): Promise<Message> {
  return eventually(async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 1,
        MessageAttributeNames: ['All'],
      }),
    );
    const found = Messages.find((message) => message.Body?.includes(text));
    expect(found).toBeDefined();
    return found as Message;
  }, withinMs);
}

async function invoke(service: string, event: unknown): Promise<BatchResponse> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({
      FunctionName: physicalName(platform.stage, service),
      Qualifier: 'live',
      Payload: JSON.stringify(event),
    }),
  );
  expect(FunctionError).toBeUndefined();
  return JSON.parse(Buffer.from(Payload ?? []).toString()) as BatchResponse;
}

const orderRequest = (orderId: string) => JSON.stringify({ v: 1, orderId, traceparent });

test('dead-letters a poison message with its reason, and processes the rest of the batch', async () => {
  const sku = await freshProduct();
  const poison = `poison-${randomUUID()}`;
  const { body } = await shop.placeOrder(ada, freshKey(), { sku, quantity: 1 });
  await sendToQueue(poison, orderRequest(body.orderId), JSON.stringify({ v: 2, note: poison }));
  expect(await settled(ada, body.orderId)).toMatchObject({ state: 'CONFIRMED' });
  const dead = await messageWith(poison, output('OrderDeadLetterUrl'));
  expect(dead.MessageAttributes?.reason?.StringValue).toBe('MALFORMED_MESSAGE');
});

test('dead-letters a message for an order that was never placed', async () => {
  const orderId = '11111111-1111-5111-8111-111111111111';
  await sendToQueue(orderRequest(orderId));
  const dead = await messageWith(orderId, output('OrderDeadLetterUrl'));
  expect(dead.MessageAttributes?.reason?.StringValue).toBe('UNKNOWN_ORDER');
});

test('settles an order once, despite many deliveries under different message ids', async () => {
  const sku = await freshProduct({ units: 10 });
  const { body } = await shop.placeOrder(ada, freshKey(), { sku, quantity: 2 });
  for (let i = 0; i < 3; i++) await sendToQueue(...Array.from({ length: 10 }, () => orderRequest(body.orderId)));
  await settled(ada, body.orderId);
  await eventually(async () => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    expect(Object.values(Attributes ?? {})).toEqual(['0', '0']);
  });
  const { events, shards } = await storesOf(sku);
  expect(events).toHaveLength(1);
  expect(shards.reduce((sum, shard) => sum + shard.left, 0)).toBe(8);
});

/** Runs `work` with an unreadable order row, as a bad deployment might write, and removes it afterwards. */
async function withBrokenOrder(work: (orderId: string) => Promise<void>): Promise<void> {
  const orderId = `${randomUUID().slice(0, 14)}5${randomUUID().slice(15)}`;
  const TableName = output('OrdersTable');
  const key = { pk: `ORDER#${orderId}`, sk: 'ORDER' };
  await dynamodb.send(new PutItemCommand({ TableName, Item: marshall({ ...key, state: 'BROKEN' }) }));
  try {
    await work(orderId);
  } finally {
    await dynamodb.send(new DeleteItemCommand({ TableName, Key: marshall(key) }));
  }
}

test('returns only the failed messages of a batch', async () => {
  const sku = await freshProduct();
  const { body } = await shop.placeOrder(ada, freshKey(), { sku, quantity: 1 });
  await withBrokenOrder(async (broken) => {
    const bodies = [orderRequest(body.orderId), orderRequest(broken)];
    const Records = bodies.map((text, i) => ({ messageId: `message-${i}`, body: text }));
    const answer = await invoke('settlement', { Records });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }] });
  });
  expect((await shop.getOrder(ada, body.orderId)).body.state).toBe('CONFIRMED');
});

test('dead-letters a message after five failures', async () => {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['VisibilityTimeout'] }),
  );
  const setVisibilityTimeout = (VisibilityTimeout: string) =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: { VisibilityTimeout } }));
  await setVisibilityTimeout('1');
  try {
    await withBrokenOrder(async (orderId) => {
      await sendToQueue(orderRequest(orderId));
      const dead = await messageWith(orderId, output('OrderDeadLetterUrl'), 40_000);
      expect(dead.MessageAttributes?.reason).toBeUndefined();
    });
  } finally {
    await setVisibilityTimeout(Attributes?.VisibilityTimeout ?? '');
  }
});

test('counts replayed stream records once, in any order', async () => {
  const sku = await freshProduct({ units: 3 });
  const ids: string[] = [];
  for (let i = 0; i < 4; i++) ids.push((await shop.placeOrder(ada, freshKey(), { sku, quantity: 1 })).body.orderId);
  for (const orderId of ids) await settled(ada, orderId);
  await shop.cancelOrder(ada, ids[0] ?? '');
  const before = await eventually(async () => {
    const snapshot = await storesOf(sku);
    expect(snapshot.counted.filter((row) => row.version === 3).length).toBeGreaterThanOrEqual(1);
    expect(snapshot.counted).toHaveLength(4);
    return snapshot;
  });
  const replay = [...before.events, ...before.events].reverse().map(streamRecord);
  expect(await invoke('projection', { Records: replay })).toEqual({ batchItemFailures: [] });
  const after = await storesOf(sku);
  expect(after.sales).toEqual(before.sales);
});

test('dead-letters a poison stream record and continues with the shard', async () => {
  const sku = `poison-${randomUUID().slice(0, 8)}`;
  const poison = { ...streamRecord({ order: { orderId: sku, version: 2 } } as OrderEvent, 0) };
  expect(await invoke('projection', { Records: [poison] })).toEqual({ batchItemFailures: [] });
  const dead = await messageWith(sku, output('ProjectionDeadLetterUrl'));
  expect(dead.MessageAttributes?.reason?.StringValue).toBe('MALFORMED_EVENT');
});

let busQueueUrl: string;
beforeAll(async () => {
  const name = `bus-observer-${randomUUID().slice(0, 8)}`;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  busQueueUrl = QueueUrl;
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const bus = { EventBusName: output('BusName'), Name: name };
  const events = new EventBridgeClient(sdkConfig);
  await events.send(new PutRuleCommand({ ...bus, EventPattern: JSON.stringify({ source: [busSource] }) }));
  const Targets = [{ Id: 'queue', Arn: Attributes?.QueueArn ?? '' }];
  await events.send(new PutTargetsCommand({ EventBusName: bus.EventBusName, Rule: name, Targets }));
});

test('publishes each event on the bus in the contract schema', async () => {
  const sku = await freshProduct();
  const { body } = await shop.placeOrder(ada, freshKey(), { sku, quantity: 1 });
  const message = await messageWith(body.orderId, busQueueUrl);
  const envelope = JSON.parse(message.Body ?? '') as { 'detail-type': string; detail: unknown };
  expect(envelope['detail-type']).toBe('OrderConfirmed');
  expect(orderEvent.parse(envelope.detail)).toMatchObject({ order: { orderId: body.orderId, sku, version: 2 } });
});
