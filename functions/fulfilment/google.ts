import { breakerStore } from '../adapters/google/breaker.ts';
import { firestore } from '../adapters/google/firestore-client.ts';
import { servePush, serveTimer } from '../adapters/google/functions.ts';
import { orderLedger } from '../adapters/google/ledger.ts';
import { deadLetters, eventTopic } from '../adapters/google/messaging.ts';
import { orderStore } from '../adapters/google/orders.ts';
import { fulfilmentQueue, fulfilmentTopic, handOnDue } from '../adapters/google/postponed.ts';
import { pushEnv, pushVerifier } from '../adapters/google/push-token.ts';
import { relayingLedger } from '../adapters/google/relay.ts';
import { secret } from '../adapters/google/secret.ts';
import { partnerClient } from '../adapters/http/partner.ts';
import { partnerKeys } from '../adapters/http/partner-keys.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { jitteredPause, systemClock } from '../runtime/system.ts';
import { fulfilMessage } from './messages.ts';
import { fulfilmentEnv, onKeyError, partnerCalls, partnerGate } from './policies.ts';

const env = readEnv({
  FIRESTORE_DATABASE: resource,
  EVENT_TOPIC: resource,
  FULFILMENT_TOPIC: resource,
  FULFILMENT_DEAD_LETTER_TOPIC: resource,
  ...fulfilmentEnv,
  ...pushEnv,
});
const db = firestore(env.FIRESTORE_DATABASE);
const runtime = { clock: systemClock, meter, pause: jitteredPause, random: Math.random };
const ports = {
  orders: orderStore(db),
  ledger: relayingLedger(db, {
    ledger: orderLedger(db),
    hand: eventTopic(env.EVENT_TOPIC),
    onError: (error, about) => logger.warn('event not published; the relay will retry', { ...about, error }),
  }),
  queue: fulfilmentQueue(db, systemClock),
  deadLetters: deadLetters(env.FULFILMENT_DEAD_LETTER_TOPIC),
  gate: partnerGate({ store: breakerStore(db), openMs: env.BREAKER_OPEN_MS, ...runtime }),
  cancellableMs: env.CANCELLABLE_MS,
  giveUpMs: env.GIVE_UP_MS,
  ...runtime,
};
const calls = partnerCalls();
const keys = partnerKeys(secret(env.PARTNER_SECRET), { onError: onKeyError });
const target = { url: env.PARTNER_URL, stage: env.STAGE };
const hand = fulfilmentTopic(env.FULFILMENT_TOPIC);
const verify = pushVerifier(env);

servePush('fulfilment', {
  verify,
  work: observed((message) =>
    fulfilMessage(message, { ...ports, partner: partnerClient(target, { keys, attempt: calls(message.remainingMs) }) }),
  ),
  onError: (error, about) => logger.warn('request will be redelivered', { ...about, error }),
});

const pageSize = 300;
const longestRunMs = 20_000;

serveTimer('postponed', {
  verify,
  work: observed(async () => {
    const end = Date.now() + longestRunMs;
    while (Date.now() < end) {
      const handed = await handOnDue(db, hand, { now: systemClock.now(), limit: pageSize });
      if (handed < pageSize) return;
    }
  }),
  onError: (error) => logger.error('some due requests were not sent', { error }),
});
