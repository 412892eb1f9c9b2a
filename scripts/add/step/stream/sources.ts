import type { Spelling } from '../spelling.ts';

export const useCase = ({
  capital,
}: Spelling): string => `import type { OrderEvent } from '../contracts/order-event.ts';
import type { Meter } from '../ports/runtime.ts';

export interface ${capital}Ports {
  readonly meter: Meter;
}

export type ${capital} = 'done' | 'ignored';

/** Processes an event. A repeat must have no further effect: events may come twice, and in any order. */
export async function processEvent({ type }: OrderEvent, { meter }: ${capital}Ports): Promise<${capital}> {
  if (type !== 'OrderConfirmed') return 'ignored';
  meter.count('${capital}Done');
  return 'done';
}
`;

export const events = ({
  name,
  capital,
}: Spelling): string => `import { type OrderEvent, orderEvent } from '../contracts/order-event.ts';
import type { DeadLetters, Envelope, MessageBody } from '../ports/messaging.ts';
import { giveUp } from '../runtime/dead-letter.ts';
import { logger } from '../runtime/log.ts';
import { parseJson } from '../runtime/parse-json.ts';
import { continueTrace, traceIdOf } from '../runtime/trace.ts';
import { processEvent, type ${capital}Ports } from './process-event.ts';

export interface EventPorts extends ${capital}Ports {
  readonly deadLetters: DeadLetters;
}

/** A stream record, or a message, that carries an event. */
export interface Carrier {
  readonly body: MessageBody;
  readonly messageId: string;
  readonly envelope?: Envelope | undefined;
}

/** @throws when the message must be redelivered */
export function receiveMessage(message: Carrier, ports: EventPorts): Promise<void> {
  return receiveEvent(orderEvent.safeParse(parseJson(message.body)).data, message, ports);
}

/**
 * Processes an event; a record or message without one is dead-lettered.
 *
 * @throws when it must be redelivered
 */
export async function receiveEvent(event: OrderEvent | undefined, carrier: Carrier, ports: EventPorts): Promise<void> {
  const { body, messageId: record, envelope } = carrier;
  if (!event) return giveUp({ body, envelope, reason: 'MALFORMED_EVENT', record }, ports);
  const result = await processEvent(event, ports);
  const { orderId, version } = event.order;
  logger.info('${name}', { traceId: traceIdOf(continueTrace(event.traceparent)), orderId, version, result });
}
`;

export const awsEntry = ({
  name,
}: Spelling): string => `import type { Context, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { batchResponse, onLambda } from '../adapters/aws/lambda/on-lambda.ts';
import { deadLetters } from '../adapters/aws/messaging.ts';
import { parseOrderEvent } from '../adapters/aws/lambda/stream.ts';
import { aboutMessage } from '../contracts/about-message.ts';
import { processBatch } from '../runtime/batch.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { meter } from '../runtime/meter.ts';
import { receiveEvent } from './events.ts';

export { prewarm } from '../adapters/aws/lambda/prewarm.ts';

const env = readEnv({ DEAD_LETTER_URL: resource });
const ports = { deadLetters: deadLetters(env.DEAD_LETTER_URL), meter };
const eventsAtOnce = 10;

const idOf = (record: DynamoDBRecord) => record.dynamodb?.SequenceNumber ?? '';

async function ${name}Batch(event: DynamoDBStreamEvent, context: Context) {
  const failed = await processBatch(event.Records, {
    idOf,
    groupOf: idOf,
    aboutOf: (record) => aboutMessage(JSON.stringify(record)),
    work: (record) =>
      receiveEvent(parseOrderEvent(record), { body: JSON.stringify(record), messageId: idOf(record) }, ports),
    concurrency: eventsAtOnce,
    remainingMs: () => context.getRemainingTimeInMillis(),
  });
  return batchResponse(failed);
}

export const handler = onLambda(${name}Batch);
`;

export const azureEntry = ({ name, capital }: Spelling): string => `import { onQueue } from '../adapters/azure/app.ts';
import { deadLetters } from '../adapters/azure/messaging.ts';
import { poisonQueue, queues } from '../adapters/azure/resources.ts';
import { openStorage, storageEnv } from '../adapters/azure/storage.ts';
import { readEnv } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { receiveMessage } from './events.ts';

const storage = openStorage(readEnv(storageEnv));
const ports = { deadLetters: deadLetters(storage.queue(poisonQueue(queues.${name}))), meter };

onQueue(
  'process${capital}',
  queues.${name},
  observed((message) => receiveMessage(message, ports)),
  (error, about) => logger.warn('message will be redelivered', { ...about, error }),
);
`;

export const googleEntry = ({
  name,
  upper,
}: Spelling): string => `import { servePush } from '../adapters/google/functions.ts';
import { deadLetters } from '../adapters/google/messaging.ts';
import { pushEnv, pushVerifier } from '../adapters/google/push-token.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { receiveMessage } from './events.ts';

const env = readEnv({ ${upper}_DEAD_LETTER_TOPIC: resource, ...pushEnv });
const ports = { deadLetters: deadLetters(env.${upper}_DEAD_LETTER_TOPIC), meter };

servePush('${name}', {
  verify: pushVerifier(env),
  work: observed((message) => receiveMessage(message, ports)),
  onError: (error, about) => logger.warn('event will be redelivered', { ...about, error }),
});
`;
