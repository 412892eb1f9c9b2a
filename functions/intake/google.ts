import { firestore } from '../adapters/google/firestore-client.ts';
import { serveApi } from '../adapters/google/functions.ts';
import { orderLedger } from '../adapters/google/ledger.ts';
import { eventTopic, orderQueue } from '../adapters/google/messaging.ts';
import { orderStore } from '../adapters/google/orders.ts';
import { productReader } from '../adapters/google/products.ts';
import { relayingLedger } from '../adapters/google/relay.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { originEnv } from '../runtime/http.ts';
import { authenticator, identityEnv } from '../runtime/identity.ts';
import { logger } from '../runtime/log.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { jitteredPause, systemClock } from '../runtime/system.ts';
import { intakeApi } from './api.ts';

const env = readEnv({
  FIRESTORE_DATABASE: resource,
  ORDER_TOPIC: resource,
  EVENT_TOPIC: resource,
  ...identityEnv,
  ...originEnv,
});
const db = firestore(env.FIRESTORE_DATABASE);
const ports = {
  orders: orderStore(db),
  products: productReader(db),
  ledger: relayingLedger(db, {
    ledger: orderLedger(db),
    hand: eventTopic(env.EVENT_TOPIC),
    onError: (error, about) => logger.warn('event not published; the relay will retry', { ...about, error }),
  }),
  queue: orderQueue(env.ORDER_TOPIC),
  clock: systemClock,
  meter,
  pause: jitteredPause,
};
const apiOptions = { authenticate: authenticator(env), originSecret: env.ORIGIN_SECRET };

serveApi('intake', observed(intakeApi(ports, apiOptions)));
