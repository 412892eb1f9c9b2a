import { serveRoutes } from '../adapters/azure/app.ts';
import { orderQueue } from '../adapters/azure/messaging.ts';
import { announcing } from '../adapters/azure/outbox.ts';
import { queues } from '../adapters/azure/resources.ts';
import { openStorage, storageEnv } from '../adapters/azure/storage.ts';
import { tableStore } from '../adapters/azure/table-store.ts';
import { partitionPorts } from '../adapters/single-partition/ports.ts';
import { readEnv } from '../runtime/env.ts';
import { originEnv } from '../runtime/http.ts';
import { authenticator, identityEnv } from '../runtime/identity.ts';
import { logger } from '../runtime/log.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { jitteredPause, systemClock } from '../runtime/system.ts';
import { intakeApi } from './api.ts';

const env = readEnv({ ...storageEnv, ...identityEnv, ...originEnv });
const storage = openStorage(env);
const store = announcing(tableStore(storage.table), storage.queue(queues.outbox), (error, about) =>
  logger.warn('notice not sent; the sweep will find the event', { ...about, error }),
);
const ports = {
  ...partitionPorts(store),
  queue: orderQueue(storage.queue(queues.orders)),
  clock: systemClock,
  meter,
  pause: jitteredPause,
};
const apiOptions = { authenticate: authenticator(env), originSecret: env.ORIGIN_SECRET };

serveRoutes('intake', observed(intakeApi(ports, apiOptions)));
