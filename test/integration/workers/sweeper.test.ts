import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, expect, test } from 'vitest';
import { leaseKey, noteKey, openValue } from '../../../functions/adapters/aws/keys.ts';
import { deriveOrderId } from '../../../functions/intake/place-order.ts';
import { letStand, sweepUntil } from '../../../scripts/sale/sweeper.ts';
import { aliasName, physicalName } from '../../../stacks/model/names.ts';
import {
  eventually,
  freshKey,
  freshProduct,
  lacking,
  output,
  platform,
  sdkConfig,
  settled,
  shop,
  tokenOf,
} from '../../support/deployed.ts';

const parts = {
  lambda: new LambdaClient(sdkConfig),
  documents: DynamoDBDocumentClient.from(new DynamoDBClient(sdkConfig)),
  stage: platform.stage,
  ordersTable: output('OrdersTable'),
  coordinationTable: output('CoordinationTable'),
};
const events = new EventBridgeClient(sdkConfig);
const customer = 'swept';
const token = await tokenOf(customer);
const faultsUrl = `${platform.endpointUrl}/_platform/faults`;
const confirmedOrders = { Name: physicalName(platform.stage, 'confirmed-orders'), EventBusName: output('BusName') };

afterEach(async () => {
  await fetch(faultsUrl, { method: 'DELETE' });
  await events.send(new EnableRuleCommand(confirmedOrders));
});

const inState = (orderId: string, state: string) =>
  eventually(async () => expect(await shop.getOrder(token, orderId)).toMatchObject({ body: { state } }), 40_000);

async function isListed(orderId: string): Promise<boolean> {
  const { Items = [] } = await parts.documents.send(
    new QueryCommand({
      TableName: parts.ordersTable,
      IndexName: 'open',
      KeyConditionExpression: '#open = :bucket',
      ExpressionAttributeNames: { '#open': 'open' },
      ExpressionAttributeValues: { ':bucket': openValue(orderId) },
    }),
  );
  return Items.some(({ pk }) => pk === `ORDER#${orderId}`);
}

const progress = async () =>
  (await parts.documents.send(new GetCommand({ TableName: parts.coordinationTable, Key: noteKey('sweeper') }))).Item;

/** Places an order whose message the queue refused, and whose customer does not retry. */
async function losePending(sku: string): Promise<string> {
  const key = freshKey();
  const faults = [{ kind: 'reject', service: 'sqs', operation: 'SendMessage' }];
  await fetch(faultsUrl, { method: 'PUT', body: JSON.stringify({ seed: 1, faults }) });
  const headers = { 'idempotency-key': key };
  const answer = await shop.once({ method: 'POST', path: '/orders', token, headers, body: { sku, quantity: 1 } });
  expect(answer.status).toBeGreaterThanOrEqual(500);
  await fetch(faultsUrl, { method: 'DELETE' });
  const orderId = deriveOrderId(customer, key);
  expect(await shop.getOrder(token, orderId)).toMatchObject({ body: { state: 'PENDING' } });
  return orderId;
}

test('settles and fulfils an order whose messages and event were lost', async (context) => {
  context.skip(!platform.embedded, lacking('calls-counted') ?? 'fault injection is untested on third-party engines');
  const orderId = await losePending(await freshProduct());
  expect(await isListed(orderId)).toBe(true);
  await events.send(new DisableRuleCommand(confirmedOrders));
  await sweepUntil(parts, await letStand(parts, [{ orderId, state: 'PENDING' }]));
  expect(await settled(token, orderId)).toMatchObject({ state: 'CONFIRMED' });
  expect(await isListed(orderId)).toBe(true);
  await sweepUntil(parts, await letStand(parts, [{ orderId, state: 'CONFIRMED' }]));
  await inState(orderId, 'FULFILLED');
  expect(await isListed(orderId)).toBe(false);
});

test('ends without changes while another sweeper holds the lease', async () => {
  await sweepUntil(parts, Date.now());
  const before = await progress();
  const lease = (expiresAt: number) =>
    parts.documents.send(
      new UpdateCommand({
        TableName: parts.coordinationTable,
        Key: leaseKey('sweeper'),
        UpdateExpression: 'SET expiresAt = :end',
        ExpressionAttributeValues: { ':end': expiresAt },
      }),
    );
  await lease(Date.now() + 60_000);
  const run = new InvokeCommand({ FunctionName: physicalName(platform.stage, 'sweeper'), Qualifier: aliasName });
  expect((await parts.lambda.send(run)).FunctionError).toBeUndefined();
  expect(await progress()).toEqual(before);
  await lease(0);
  expect((await parts.lambda.send(run)).FunctionError).toBeUndefined();
  expect(await progress()).not.toEqual(before);
});
