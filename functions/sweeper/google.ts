import { firestore } from '../adapters/google/firestore-client.ts';
import { serveTimer } from '../adapters/google/functions.ts';
import { fencedNotes, leaseStore } from '../adapters/google/lease.ts';
import { orderQueue } from '../adapters/google/messaging.ts';
import { openOrders } from '../adapters/google/open-orders.ts';
import { orderStore } from '../adapters/google/orders.ts';
import { fulfilmentQueue } from '../adapters/google/postponed.ts';
import { pushEnv, pushVerifier } from '../adapters/google/push-token.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { systemClock } from '../runtime/system.ts';
import { sweepAlone, sweeperEnv } from './policies.ts';

const env = readEnv({ FIRESTORE_DATABASE: resource, ORDER_TOPIC: resource, ...sweeperEnv, ...pushEnv });
const db = firestore(env.FIRESTORE_DATABASE);
const ports = {
  open: openOrders(db),
  orders: orderStore(db),
  queue: orderQueue(env.ORDER_TOPIC),
  fulfilments: fulfilmentQueue(db, systemClock),
  leases: leaseStore(db),
  notes: fencedNotes(db),
  clock: systemClock,
  meter,
  stuckMs: env.STUCK_MS,
  cancellableMs: env.CANCELLABLE_MS,
};

serveTimer('sweeper', {
  verify: pushVerifier(env),
  work: observed(({ remainingMs }) => sweepAlone(ports, remainingMs)),
  onError: (error) => logger.error('sweep failed', { error }),
});
