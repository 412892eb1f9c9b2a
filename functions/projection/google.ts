import { firestore } from '../adapters/google/firestore-client.ts';
import { servePush, serveTimer } from '../adapters/google/functions.ts';
import { deadLetters, eventBus, eventTopic } from '../adapters/google/messaging.ts';
import { pushEnv, pushVerifier } from '../adapters/google/push-token.ts';
import { relayWaiting } from '../adapters/google/relay.ts';
import { salesViews } from '../adapters/google/views.ts';
import { orderEvent } from '../contracts/order-event.ts';
import { giveUp } from '../runtime/dead-letter.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { parseJson } from '../runtime/parse-json.ts';
import { jitteredPause } from '../runtime/system.ts';
import { continueTrace } from '../runtime/trace.ts';
import { projectEvent } from './events.ts';

const env = readEnv({
  FIRESTORE_DATABASE: resource,
  EVENT_TOPIC: resource,
  BUS_TOPIC: resource,
  PROJECTION_DEAD_LETTER_TOPIC: resource,
  ...pushEnv,
});
const db = firestore(env.FIRESTORE_DATABASE);
const ports = { views: salesViews(db), bus: eventBus(env.BUS_TOPIC), meter, pause: jitteredPause, continueTrace };
const deadLetterQueue = deadLetters(env.PROJECTION_DEAD_LETTER_TOPIC);
const hand = eventTopic(env.EVENT_TOPIC);
const verify = pushVerifier(env);

/** Events older than this were not published by their writer. */
const graceMs = 30_000;
const sweepLimit = 500;

servePush('projection', {
  verify,
  work: observed(async ({ body, messageId }) => {
    const event = orderEvent.safeParse(parseJson(body));
    if (event.success) return projectEvent(event.data, ports);
    await giveUp({ body, reason: 'MALFORMED_EVENT', record: messageId }, { deadLetters: deadLetterQueue, meter });
  }),
  onError: (error, about) => logger.warn('event will be redelivered', { ...about, error }),
});

serveTimer('relay', {
  verify,
  work: observed(async () => {
    const committedBefore = new Date(Date.now() - graceMs).toISOString();
    const relayed = await relayWaiting(db, hand, { committedBefore, limit: sweepLimit });
    if (relayed > 0) logger.warn('relayed late events', { relayed });
  }),
  onError: (error) => logger.error('some late events were not relayed', { error }),
});
