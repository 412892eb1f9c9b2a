import type { Context, ScheduledEvent } from 'aws-lambda';
import { onLambda } from '../adapters/aws/lambda.ts';
import { fencedNotes, leaseStore } from '../adapters/aws/lease.ts';
import { fulfilmentQueue, orderQueue } from '../adapters/aws/messaging.ts';
import { openOrders } from '../adapters/aws/open-orders.ts';
import { orderStore } from '../adapters/aws/orders.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { meter } from '../runtime/meter.ts';
import { systemClock } from '../runtime/system.ts';
import { sweepAlone, sweeperEnv } from './policies.ts';

export { prewarm } from '../adapters/aws/prewarm.ts';

const env = readEnv({
  ORDERS_TABLE: resource,
  COORDINATION_TABLE: resource,
  ORDER_QUEUE_URL: resource,
  FULFILMENT_QUEUE_URL: resource,
  ...sweeperEnv,
});
const ports = {
  open: openOrders(env.ORDERS_TABLE),
  orders: orderStore(env.ORDERS_TABLE),
  queue: orderQueue(env.ORDER_QUEUE_URL),
  fulfilments: fulfilmentQueue(env.FULFILMENT_QUEUE_URL),
  leases: leaseStore(env.COORDINATION_TABLE),
  notes: fencedNotes(env.COORDINATION_TABLE),
  clock: systemClock,
  meter,
  stuckMs: env.STUCK_MS,
  cancellableMs: env.CANCELLABLE_MS,
};

const sweep = (_event: ScheduledEvent, context: Context) => sweepAlone(ports, () => context.getRemainingTimeInMillis());

export const handler = onLambda(sweep);
