import { onQueue } from '../adapters/azure/app.ts';
import { deadLetters, fulfilmentQueue } from '../adapters/azure/messaging.ts';
import { announcing } from '../adapters/azure/outbox.ts';
import { poisonQueue, queues } from '../adapters/azure/resources.ts';
import { secret } from '../adapters/azure/secret.ts';
import { openStorage, storageEnv } from '../adapters/azure/storage.ts';
import { tableStore } from '../adapters/azure/table-store.ts';
import { partnerClient } from '../adapters/http/partner.ts';
import { partnerKeys } from '../adapters/http/partner-keys.ts';
import { breakerStore } from '../adapters/single-partition/breaker.ts';
import { partitionPorts } from '../adapters/single-partition/ports.ts';
import { readEnv } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { jitteredPause, systemClock } from '../runtime/system.ts';
import { fulfilMessage } from './messages.ts';
import { fulfilmentEnv, onKeyError, partnerCalls, partnerGate } from './policies.ts';

const env = readEnv({ ...storageEnv, ...fulfilmentEnv });
const storage = openStorage(env);
const store = announcing(tableStore(storage.table), storage.queue(queues.outbox), (error, about) =>
  logger.warn('notice not sent; the sweep will find the event', { ...about, error }),
);
const runtime = { clock: systemClock, meter, pause: jitteredPause, random: Math.random };
const ports = {
  ...partitionPorts(store),
  queue: fulfilmentQueue(storage.queue(queues.fulfilments)),
  deadLetters: deadLetters(storage.queue(poisonQueue(queues.fulfilments))),
  gate: partnerGate({ store: breakerStore(store), openMs: env.BREAKER_OPEN_MS, ...runtime }),
  cancellableMs: env.CANCELLABLE_MS,
  giveUpMs: env.GIVE_UP_MS,
  ...runtime,
};
const calls = partnerCalls();
const keys = partnerKeys(secret(env.PARTNER_SECRET, { clientId: env.DATA__clientId }), { onError: onKeyError });
const target = { url: env.PARTNER_URL, stage: env.STAGE };

onQueue(
  'fulfilOrder',
  queues.fulfilments,
  observed((message) =>
    fulfilMessage(message, { ...ports, partner: partnerClient(target, { keys, attempt: calls(message.remainingMs) }) }),
  ),
  (error, about) => logger.warn('message will be redelivered', { ...about, error }),
);
