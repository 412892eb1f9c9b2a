import type { Context, SQSEvent } from 'aws-lambda';
import { breakerStore } from '../adapters/aws/breaker.ts';
import { retentionEnv } from '../adapters/aws/expiry.ts';
import { batchResponse, onLambda, toQueueMessage } from '../adapters/aws/lambda/on-lambda.ts';
import { orderLedger } from '../adapters/aws/ledger.ts';
import { deadLetters, fulfilmentQueue } from '../adapters/aws/messaging.ts';
import { orderStore } from '../adapters/aws/orders.ts';
import { secret } from '../adapters/aws/secret.ts';
import { partnerClient } from '../adapters/http/partner.ts';
import { partnerKeys } from '../adapters/http/partner-keys.ts';
import { aboutMessage } from '../contracts/about-message.ts';
import { processBatch } from '../runtime/batch.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { meter } from '../runtime/meter.ts';
import { jitteredPause, systemClock } from '../runtime/system.ts';
import { ordersAtOnce } from './limits.ts';
import { fulfilMessage } from './messages.ts';
import { fulfilmentEnv, onKeyError, partnerCalls, partnerGate } from './policies.ts';

export { prewarm } from '../adapters/aws/lambda/prewarm.ts';

const env = readEnv({
  ORDERS_TABLE: resource,
  STOCK_TABLE: resource,
  COORDINATION_TABLE: resource,
  FULFILMENT_QUEUE_URL: resource,
  DEAD_LETTER_URL: resource,
  ...fulfilmentEnv,
  ...retentionEnv,
});
const runtime = { clock: systemClock, meter, pause: jitteredPause, random: Math.random };
const ports = {
  orders: orderStore(env.ORDERS_TABLE),
  ledger: orderLedger({ orders: env.ORDERS_TABLE, stock: env.STOCK_TABLE }, { days: env.RETENTION_DAYS }),
  queue: fulfilmentQueue(env.FULFILMENT_QUEUE_URL),
  deadLetters: deadLetters(env.DEAD_LETTER_URL),
  gate: partnerGate({ store: breakerStore(env.COORDINATION_TABLE), openMs: env.BREAKER_OPEN_MS, ...runtime }),
  cancellableMs: env.CANCELLABLE_MS,
  giveUpMs: env.GIVE_UP_MS,
  ...runtime,
};
const calls = partnerCalls();
const keys = partnerKeys(secret(env.PARTNER_SECRET), { onError: onKeyError });
const target = { url: env.PARTNER_URL, stage: env.STAGE };

async function fulfilBatch(event: SQSEvent, context: Context) {
  const remainingMs = () => context.getRemainingTimeInMillis();
  const partner = partnerClient(target, { keys, attempt: calls(remainingMs) });
  const failed = await processBatch(event.Records, {
    idOf: (record) => record.messageId,
    groupOf: (record) => record.messageId,
    aboutOf: (record) => ({ ...aboutMessage(record.body), receives: toQueueMessage(record).delivery.receives }),
    work: (record) => fulfilMessage(toQueueMessage(record), { ...ports, partner }),
    concurrency: ordersAtOnce,
    remainingMs,
  });
  return batchResponse(failed);
}

export const handler = onLambda(fulfilBatch);
