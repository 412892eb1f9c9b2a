import { randomUUID } from 'node:crypto';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { eventKey, orderKey, productKey } from '../../../functions/adapters/aws/keys.ts';
import type { StockResource } from '../../../functions/contracts/http.ts';
import { toOrderEvent } from '../../../functions/contracts/order-event.ts';
import { confirmOrder, placeOrder as newOrder, type Order, type OrderState } from '../../../functions/domain/order.ts';
import { deriveOrderId } from '../../../functions/intake/place-order.ts';
import {
  customer,
  freshKey,
  freshProduct,
  freshSku,
  invokeBatch,
  invokeWorker,
  placeOrder,
  productBody,
  productShards,
  takeMessage,
  traceparent,
  waitForState,
} from './actions.ts';
import type { Deployment } from './deployment.ts';
import { eventually, expectSame, expectStatus, type Step } from './probe.ts';

export const settlementProbe: readonly Step[] = [
  {
    name: 'confirm an order on one shard',
    run: (deployment) => settle(deployment, { units: 10, quantity: 3 }, 'CONFIRMED'),
  },
  {
    name: 'confirm an order over two shards',
    run: (deployment) => settle(deployment, { units: 10, quantity: 8 }, 'CONFIRMED'),
  },
  {
    name: 'reject an order',
    run: (deployment) => settle(deployment, { units: 10, quantity: 11 }, 'REJECTED'),
  },
  {
    name: 'put a poison message into the dead-letter queue',
    run: async (deployment) => {
      const poison = `poison-${randomUUID()}`;
      await invokeWorker(deployment, 'settlement', [{ messageId: poison, body: poison }]);
      await takeMessage(deployment, deployment.output('OrderDeadLetterUrl'), poison);
    },
  },
  {
    name: 'read an order again that it did not find, and put its message into the dead-letter queue',
    run: async (deployment) => {
      const orderId = deriveOrderId('grants-probe', randomUUID());
      const body = JSON.stringify({ v: 1, orderId, traceparent });
      await invokeWorker(deployment, 'settlement', [{ messageId: orderId, body }]);
      await takeMessage(deployment, deployment.output('OrderDeadLetterUrl'), orderId);
    },
  },
  {
    name: 'settle an order from the queue',
    run: async (deployment) => {
      const { orderId } = await placeOrder(deployment, await freshProduct(deployment, 10));
      await waitForState(deployment, orderId, 'CONFIRMED');
    },
  },
];

export const projectionProbe: readonly Step[] = [
  {
    name: 'count an order and publish its event',
    run: async (deployment) => {
      const at = new Date().toISOString();
      const after = confirmOrder(buildOrder(freshSku(), 1, at), [{ shard: 0, quantity: 1 }], at);
      const row = { ...eventKey(after.orderId, after.version), ...toOrderEvent(after, traceparent) };
      await invokeWorker(deployment, 'projection', [streamRecord(row)]);
    },
  },
  {
    name: 'put a poison record into the failure queue',
    run: async (deployment) => {
      const poison = `poison-${randomUUID()}`;
      await invokeWorker(deployment, 'projection', [streamRecord({ pk: poison, sk: 'EVENT#2' })]);
      await takeMessage(deployment, deployment.output('ProjectionDeadLetterUrl'), poison);
    },
  },
  {
    name: 'count an order from the stream',
    run: async (deployment) => {
      const { shop } = deployment;
      const sku = await freshProduct(deployment, 10);
      await placeOrder(deployment, sku, 3);
      await eventually(async () => {
        const answer = await shop.once<StockResource>({ method: 'GET', path: `/products/${sku}/stock` });
        expectStatus(200, answer);
        expectSame('reserved units', 3, answer.body.reserved);
      });
    },
  },
];

export const invalidationProbe: readonly Step[] = [
  {
    name: 'invalidate a product in the CDN',
    run: async (deployment) => {
      const [sku, changedAt] = [freshSku(), new Date().toISOString()];
      const product = { ...productBody, sku, shardCount: productShards, supplied: 0, changedAt };
      const record = streamRecord({ ...productKey(sku), ...product, version: 2 }, { ...product, version: 1 });
      await invokeBatch(deployment, 'invalidation', [record]);
    },
  },
  {
    name: 'put a poison record into the failure queue',
    run: async (deployment) => {
      const poison = `poison-${randomUUID()}`;
      await invokeBatch(deployment, 'invalidation', [streamRecord({ pk: poison })]);
      await takeMessage(deployment, deployment.output('InvalidationDeadLetterUrl'), poison);
    },
  },
];

/** Settles an order that is in the table but in no queue, so that no other worker can take it. */
async function settle(
  deployment: Deployment,
  { units, quantity }: { units: number; quantity: number },
  expected: OrderState,
): Promise<void> {
  const order = buildOrder(await freshProduct(deployment, units), quantity, new Date().toISOString());
  const [TableName, Key] = [deployment.output('OrdersTable'), orderKey(order.orderId)];
  await deployment.documents.send(
    new PutCommand({ TableName, Item: { ...Key, v: 1, ...order, requestHash: 'grants-probe' } }),
  );
  const body = JSON.stringify({ v: 1, orderId: order.orderId, traceparent });
  await invokeWorker(deployment, 'settlement', [{ messageId: order.orderId, body }]);
  expectSame('state', expected, await readState(deployment, order.orderId));
}

export async function readState(deployment: Deployment, orderId: string): Promise<unknown> {
  const [TableName, Key] = [deployment.output('OrdersTable'), orderKey(orderId)];
  const { Item } = await deployment.documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  return Item?.state;
}

export function buildOrder(sku: string, quantity: number, at: string): Order {
  const { unitPrice, currency } = productBody;
  const orderId = deriveOrderId(customer, freshKey());
  return newOrder({ orderId, customer, sku, quantity, unitPrice, currency, shardCount: productShards }, at);
}

function streamRecord(row: { pk: string; sk?: string; version?: number }, before?: object) {
  return {
    eventID: randomUUID(),
    eventName: before ? 'MODIFY' : 'INSERT',
    dynamodb: {
      Keys: marshall({ pk: row.pk, sk: row.sk }, { removeUndefinedValues: true }),
      NewImage: marshall(row, { removeUndefinedValues: true }),
      ...(before && { OldImage: marshall(before) }),
      SequenceNumber: '1',
    },
  };
}
