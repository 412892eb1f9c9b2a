import { onQueue } from '../adapters/azure/app.ts';
import { deadLetters } from '../adapters/azure/messaging.ts';
import { announcing } from '../adapters/azure/outbox.ts';
import { poisonQueue, queues } from '../adapters/azure/resources.ts';
import { openStorage, storageEnv } from '../adapters/azure/storage.ts';
import { tableStore } from '../adapters/azure/table-store.ts';
import { partitionPorts } from '../adapters/single-partition/ports.ts';
import { sharedSnapshots } from '../resilience/shared-snapshots.ts';
import { readEnv } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { jitteredPause, systemClock } from '../runtime/system.ts';
import { continueTrace } from '../runtime/trace.ts';
import { settleMessage } from './messages.ts';

const storage = openStorage(readEnv(storageEnv));
const store = announcing(tableStore(storage.table), storage.queue(queues.outbox), (error, about) =>
  logger.warn('notice not sent; the sweep will find the event', { ...about, error }),
);
const stores = partitionPorts(store);
const ports = {
  ...stores,
  stock: sharedSnapshots(stores.stock),
  deadLetters: deadLetters(storage.queue(poisonQueue(queues.orders))),
  clock: systemClock,
  meter,
  continueTrace,
  pause: jitteredPause,
};

onQueue(
  'settleOrder',
  queues.orders,
  observed((message) => settleMessage(message, ports)),
  (error, about) => logger.warn('message will be redelivered', { ...about, error }),
);
