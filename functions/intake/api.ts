import { pageQuery, placeOrderBody } from '../contracts/http.ts';
import type { OrderReplica } from '../ports/orders.ts';
import { failFast } from '../runtime/fail-fast.ts';
import type { HttpApi, HttpApiOptions, RouteHandler } from '../runtime/http.ts';
import { parseIdempotencyKey } from '../runtime/idempotency-key.ts';
import { parseBody, validate } from '../runtime/json-body.ts';
import { httpApi } from '../runtime/orders-http.ts';
import { type CancelOrderPorts, cancelOwnOrder } from './cancel-order.ts';
import { acceptOrder, deriveOrderId, type PlaceOrderPorts } from './place-order.ts';
import { findOwnOrder, listOwnOrders, toOrderResource } from './read-orders.ts';
import { refuseOrderOfOtherRegion, withReplicas } from './replicas.ts';

export interface IntakePorts extends PlaceOrderPorts, CancelOrderPorts {
  /** Replicas of the orders that other regions accepted. */
  readonly replicas?: readonly OrderReplica[];
}

/** Intake routes, independent of the cloud. */
export function intakeApi(
  { orders, products, ledger, queue, replicas = [], ...local }: IntakePorts,
  apiOptions: HttpApiOptions,
): HttpApi {
  const own = failFast(orders);
  const others = replicas.map((replica) => failFast(replica));
  const remote = { orders: withReplicas(own, others), products: failFast(products), ledger: failFast(ledger) };
  const ports = { ...local, ...remote, queue: failFast(queue) };

  const placeOrder: RouteHandler = async ({ event, identity, traceparent, about }) => {
    const idempotencyKey = parseIdempotencyKey(event);
    about.orderId = deriveOrderId(identity.customer, idempotencyKey);
    const body = parseBody(event, placeOrderBody);
    const order = await acceptOrder({ ...body, customer: identity.customer, idempotencyKey, traceparent }, ports);
    return { status: 202, body: order, headers: { location: `/orders/${order.orderId}` } };
  };

  const listOrders: RouteHandler = async ({ identity, query }) => ({
    status: 200,
    body: await listOwnOrders(identity.customer, validate(pageQuery, query), ports.orders),
  });

  const getOrder: RouteHandler = async ({ identity, params }) => ({
    status: 200,
    body: toOrderResource(await findOwnOrder(identity.customer, params.orderId ?? '', ports.orders)),
  });

  const cancelOrder: RouteHandler = async ({ identity, params, traceparent }) => {
    const request = { customer: identity.customer, orderId: params.orderId ?? '', traceparent };
    await refuseOrderOfOtherRegion(request, own, others);
    // Only own orders: a replica that arrives now would be answered as if it could be cancelled here.
    return { status: 200, body: await cancelOwnOrder(request, { ...ports, orders: own }) };
  };

  return httpApi('intake', { placeOrder, listOrders, getOrder, cancelOrder }, apiOptions);
}
