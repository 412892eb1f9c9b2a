import { firestore } from '../adapters/google/firestore-client.ts';
import { servePush } from '../adapters/google/functions.ts';
import { orderLedger } from '../adapters/google/ledger.ts';
import { deadLetters, eventTopic } from '../adapters/google/messaging.ts';
import { orderStore } from '../adapters/google/orders.ts';
import { pushEnv, pushVerifier } from '../adapters/google/push-token.ts';
import { relayingLedger } from '../adapters/google/relay.ts';
import { stockLevels } from '../adapters/google/stock.ts';
import { sharedSnapshots } from '../resilience/shared-snapshots.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { jitteredPause, systemClock } from '../runtime/system.ts';
import { continueTrace } from '../runtime/trace.ts';
import { settleMessage } from './messages.ts';

const env = readEnv({ FIRESTORE_DATABASE: resource, EVENT_TOPIC: resource, DEAD_LETTER_TOPIC: resource, ...pushEnv });
const db = firestore(env.FIRESTORE_DATABASE);
const ports = {
  orders: orderStore(db),
  ledger: relayingLedger(db, {
    ledger: orderLedger(db),
    hand: eventTopic(env.EVENT_TOPIC),
    onError: (error, about) => logger.warn('event not published; the relay will retry', { ...about, error }),
  }),
  stock: sharedSnapshots(stockLevels(db)),
  deadLetters: deadLetters(env.DEAD_LETTER_TOPIC),
  clock: systemClock,
  meter,
  continueTrace,
  pause: jitteredPause,
};

servePush('settlement', {
  verify: pushVerifier(env),
  work: observed((message) => settleMessage(message, ports)),
  onError: (error, about) => logger.warn('message will be redelivered', { ...about, error }),
});
