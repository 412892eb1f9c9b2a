import type { Context, ScheduledEvent } from 'aws-lambda';
import { onLambda } from '../adapters/aws/lambda/on-lambda.ts';
import { fencedNotes, leaseStore } from '../adapters/aws/lease.ts';
import { fulfilmentQueue, orderQueue } from '../adapters/aws/messaging.ts';
import { openOrders } from '../adapters/aws/open-orders.ts';
import { orderStore } from '../adapters/aws/orders.ts';
import { otherRegions, otherStockEnv, warnUnreachable } from '../adapters/aws/other-regions.ts';
import { transferReceiver } from '../adapters/aws/transfers.ts';
import type { Transfer } from '../ports/transfers.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { meter } from '../runtime/meter.ts';
import { jitteredPause, systemClock } from '../runtime/system.ts';
import { finishTransfers } from './finish-transfers.ts';
import { sweepAlone, sweeperEnv } from './policies.ts';

export { prewarm } from '../adapters/aws/lambda/prewarm.ts';

const env = readEnv({
  ORDERS_TABLE: resource,
  COORDINATION_TABLE: resource,
  ORDER_QUEUE_URL: resource,
  FULFILMENT_QUEUE_URL: resource,
  // In a stage of several regions.
  STOCK_TABLE: resource.optional(),
  ...otherStockEnv,
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

const transfers = env.STOCK_TABLE && {
  region: env.OWN_REGION,
  lenders: otherRegions(env),
  receiver: transferReceiver(env.STOCK_TABLE),
  meter,
  pause: jitteredPause,
  onFinished: ({ id, sku, from, quantity }: Transfer) => logger.warn('transfer finished', { id, sku, from, quantity }),
  onUnreachable: warnUnreachable,
  onWaiting: (region: string, error: unknown) => logger.warn('units wait for the own stock', { region, error }),
};

async function sweep(_event: ScheduledEvent, context: Context) {
  await sweepAlone(ports, () => context.getRemainingTimeInMillis());
  if (transfers) await finishTransfers(transfers);
}

export const handler = onLambda(sweep);
