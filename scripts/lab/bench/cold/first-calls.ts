import { marshall } from '@aws-sdk/util-dynamodb';
import { eventKey } from '../../../../functions/adapters/aws/keys.ts';
import { toOrderEvent } from '../../../../functions/contracts/order-event.ts';
import { confirmOrder, placeOrder } from '../../../../functions/domain/order.ts';
import type { Service } from '../../../../stacks/model/services.ts';
import { requestEvent } from '../../../platform/functions/request-event.ts';

export const sku = 'lamp';
export const at = '2026-11-27T09:00:00.000Z';
export const orderId = '6c1f1c55-6f0b-5f3e-9c7a-000000000001';
export const confirmedId = '6c1f1c55-6f0b-5f3e-9c7a-000000000002';
export const item = { customer: 'ada', sku, quantity: 1, unitPrice: 100, currency: 'EUR' as const, shardCount: 1 };
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** The functions on the path of an order. */
export const measured = ['catalog', 'intake', 'settlement', 'projection', 'fulfilment'] as const;
export type Measured = (typeof measured)[number] & Service;

const json = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = { iss: 'https://issuer.example', sub: 'ada', iat: 1, exp: 4_102_444_800, token_use: 'access' };
const authorization = `Bearer ${json({ alg: 'RS256', typ: 'at+jwt' })}.${json(claims)}.signature`;

function placeOrderEvent() {
  const event = requestEvent({
    ...{ method: 'POST', rawPath: '/orders', body: JSON.stringify({ sku, quantity: 1 }) },
    headers: { authorization, 'content-type': 'application/json', 'idempotency-key': 'cold-start' },
  });
  const authorizer = { jwt: { claims: Object.fromEntries(Object.entries(claims).map(([k, v]) => [k, String(v)])) } };
  return { ...event, requestContext: { ...event.requestContext, authorizer } };
}

const message = (body: object) => ({
  Records: [{ messageId: '1', receiptHandle: '1', body: JSON.stringify(body), messageAttributes: {}, attributes: {} }],
});

function streamEvent() {
  const order = confirmOrder(placeOrder({ ...item, orderId }, at), [{ shard: 0, quantity: 1 }], at);
  const NewImage = marshall({ ...eventKey(orderId, order.version), ...toOrderEvent(order, traceparent) });
  return { Records: [{ eventID: '1', eventName: 'INSERT', dynamodb: { NewImage, SequenceNumber: '1' } }] };
}

/** The first event that each function gets. */
export const firstEvents: Readonly<Record<Measured, object>> = {
  catalog: requestEvent({ rawPath: `/products/${sku}` }),
  intake: placeOrderEvent(),
  settlement: message({ v: 1, orderId, traceparent }),
  projection: streamEvent(),
  fulfilment: message({ v: 1, order: { orderId: confirmedId }, traceparent }),
};

/** Everything that any of the functions reads. */
export const environment: Readonly<Record<string, string>> = {
  ...{ ORDERS_TABLE: 'orders', STOCK_TABLE: 'stock', CATALOG_TABLE: 'catalog', VIEWS_TABLE: 'views' },
  ...{ COORDINATION_TABLE: 'coordination', BUS_NAME: 'bus', PARTNER_URL: 'stand-in' },
  ...{ CANCELLABLE_MS: '0', GIVE_UP_MS: '86400000', BREAKER_OPEN_MS: '1000' },
  ...{ CACHE_BROWSER_SECONDS: '1', CACHE_EDGE_SECONDS: '1', CACHE_STALE_SECONDS: '1', CACHE_ERROR_SECONDS: '1' },
  ...{ CACHE_FUNCTION_MS: '0', STAGE: 'cold', POWERTOOLS_METRICS_NAMESPACE: 'cold', LOG_LEVEL: 'INFO' },
  ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', TZ: 'UTC' },
  ...{ AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x', AWS_LAMBDA_FUNCTION_NAME: 'cold' },
};
