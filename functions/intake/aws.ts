import { orderLedger } from '../adapters/aws/ledger.ts';
import { orderQueue } from '../adapters/aws/messaging.ts';
import { orderStore } from '../adapters/aws/orders.ts';
import { productReader } from '../adapters/aws/products.ts';
import { pageQuery, placeOrderBody } from '../contracts/http.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { httpApi, originEnv, type RouteHandler } from '../runtime/http.ts';
import { idempotencyKeyOf } from '../runtime/idempotency-key.ts';
import { authenticator, identityEnv } from '../runtime/identity.ts';
import { readBody, validate } from '../runtime/json-body.ts';
import { meter } from '../runtime/meter.ts';
import { jitteredPause, systemClock } from '../runtime/system.ts';
import { cancelOwnOrder } from './cancel-order.ts';
import { acceptOrder } from './place-order.ts';
import { findOwnOrder, listOwnOrders, orderResourceOf } from './read-orders.ts';

const env = readEnv({
  ORDERS_TABLE: resource,
  CATALOG_TABLE: resource,
  STOCK_TABLE: resource,
  ORDER_QUEUE_URL: resource,
  ...identityEnv,
  ...originEnv,
});
const ports = {
  orders: orderStore(env.ORDERS_TABLE),
  products: productReader(env.CATALOG_TABLE),
  ledger: orderLedger({ orders: env.ORDERS_TABLE, stock: env.STOCK_TABLE }),
  queue: orderQueue(env.ORDER_QUEUE_URL),
  clock: systemClock,
  meter,
  pause: jitteredPause,
};

const placeOrder: RouteHandler = async ({ event, identity, traceparent }) => {
  const idempotencyKey = idempotencyKeyOf(event);
  const body = readBody(event, placeOrderBody);
  const order = await acceptOrder({ ...body, customer: identity.customer, idempotencyKey, traceparent }, ports);
  return { status: 202, body: order, headers: { location: `/orders/${order.orderId}` } };
};

const listOrders: RouteHandler = async ({ identity, query }) => ({
  status: 200,
  body: await listOwnOrders(identity.customer, validate(pageQuery, query), ports.orders),
});

const getOrder: RouteHandler = async ({ identity, params }) => ({
  status: 200,
  body: orderResourceOf(await findOwnOrder(identity.customer, params.orderId ?? '', ports.orders)),
});

const cancelOrder: RouteHandler = async ({ identity, params, traceparent }) => ({
  status: 200,
  body: await cancelOwnOrder({ customer: identity.customer, orderId: params.orderId ?? '', traceparent }, ports),
});

export const handler = httpApi(
  'intake',
  { placeOrder, listOrders, getOrder, cancelOrder },
  {
    authenticate: authenticator(env),
    originSecret: env.ORIGIN_SECRET,
  },
);
