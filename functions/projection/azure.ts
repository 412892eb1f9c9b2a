import { onQueue, onTimer } from '../adapters/azure/app.ts';
import { deadLetters, eventBus } from '../adapters/azure/messaging.ts';
import { outboxNotice } from '../adapters/azure/outbox.ts';
import { poisonQueue, queues } from '../adapters/azure/resources.ts';
import { openStorage, storageEnv } from '../adapters/azure/storage.ts';
import { tableStore } from '../adapters/azure/table-store.ts';
import { parseShardPartition, stockPartition } from '../adapters/single-partition/keys.ts';
import { partitionPorts } from '../adapters/single-partition/ports.ts';
import { relayEvents } from '../adapters/single-partition/relay.ts';
import { sweepAll } from '../adapters/single-partition/sweep.ts';
import type { OrderEvent } from '../contracts/order-event.ts';
import { oneAtATime } from '../resilience/one-at-a-time.ts';
import { milliseconds, readEnv } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { parseJson } from '../runtime/parse-json.ts';
import { jitteredPause } from '../runtime/system.ts';
import { continueTrace } from '../runtime/trace.ts';
import { projectEvent } from './events.ts';

const env = readEnv({ ...storageEnv, CANCELLABLE_MS: milliseconds });
const storage = openStorage(env);
const store = tableStore(storage.table);
const { views } = partitionPorts(store);
// Fulfilment waits as long as the customer may cancel.
const bus = eventBus([
  { type: 'OrderConfirmed', queue: storage.queue(queues.fulfilments), delayMs: env.CANCELLABLE_MS },
]);
const ports = { views, bus, meter, pause: jitteredPause, continueTrace };
const deadLetterQueue = deadLetters(storage.queue(poisonQueue(queues.outbox)));
const hand = (event: OrderEvent) => projectEvent(event, ports);
const relay = oneAtATime((partition) => relayEvents(store, parseShardPartition(partition), hand));

onQueue(
  'relayEvents',
  queues.outbox,
  observed(async ({ body }) => {
    const notice = outboxNotice.safeParse(parseJson(body));
    if (!notice.success) return deadLetterQueue.put(body, 'MALFORMED_EVENT');
    await relay(stockPartition(notice.data.sku, notice.data.shard));
  }),
  (error, about) => logger.warn('message will be redelivered', { ...about, error }),
);
onTimer(
  'sweepEvents',
  '%SWEEP_SCHEDULE%',
  observed(() => sweepAll(store, hand)),
);
