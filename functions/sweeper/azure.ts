import { onTimer } from '../adapters/azure/app.ts';
import { fulfilmentQueue, orderQueue } from '../adapters/azure/messaging.ts';
import { queues } from '../adapters/azure/resources.ts';
import { openStorage, storageEnv } from '../adapters/azure/storage.ts';
import { tableStore } from '../adapters/azure/table-store.ts';
import { fencedNotes, leaseStore } from '../adapters/single-partition/lease.ts';
import { partitionPorts } from '../adapters/single-partition/ports.ts';
import { readEnv } from '../runtime/env.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { systemClock } from '../runtime/system.ts';
import { sweepAlone, sweeperEnv } from './policies.ts';

const env = readEnv({ ...storageEnv, ...sweeperEnv });
const storage = openStorage(env);
const store = tableStore(storage.table);
const { open, orders } = partitionPorts(store);
const ports = {
  open,
  orders,
  queue: orderQueue(storage.queue(queues.orders)),
  fulfilments: fulfilmentQueue(storage.queue(queues.fulfilments)),
  leases: leaseStore(store),
  notes: fencedNotes(store),
  clock: systemClock,
  meter,
  stuckMs: env.STUCK_MS,
  cancellableMs: env.CANCELLABLE_MS,
};

onTimer(
  'sweepOrders',
  '%SWEEPER_SCHEDULE%',
  observed(({ remainingMs }) => sweepAlone(ports, remainingMs)),
);
