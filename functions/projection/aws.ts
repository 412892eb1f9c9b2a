import type { Context, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { eventBus } from '../adapters/aws/event-bus.ts';
import { batchResponse, onLambda } from '../adapters/aws/lambda/on-lambda.ts';
import { parseOrderEvent } from '../adapters/aws/lambda/stream.ts';
import { deadLetters } from '../adapters/aws/messaging.ts';
import { salesViews } from '../adapters/aws/views.ts';
import { aboutMessage } from '../contracts/about-message.ts';
import type { StoredEvent } from '../contracts/order-event.ts';
import { processBatch, requireTime } from '../runtime/batch.ts';
import { giveUp } from '../runtime/dead-letter.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { meter } from '../runtime/meter.ts';
import { jitteredPause } from '../runtime/system.ts';
import { continueTrace } from '../runtime/trace.ts';
import { projectEvents } from './events.ts';

export { prewarm } from '../adapters/aws/lambda/prewarm.ts';

const env = readEnv({ VIEWS_TABLE: resource, BUS_NAME: resource, DEAD_LETTER_URL: resource });
const ports = {
  views: salesViews(env.VIEWS_TABLE),
  bus: eventBus(env.BUS_NAME),
  meter,
  pause: jitteredPause,
  continueTrace,
};
const deadLetterQueue = deadLetters(env.DEAD_LETTER_URL);

const idOf = (record: DynamoDBRecord) => record.dynamodb?.SequenceNumber ?? '';

async function projectBatch({ Records }: DynamoDBStreamEvent, context: Context) {
  const remainingMs = () => context.getRemainingTimeInMillis();
  const events = new Map<StoredEvent, string>();
  const malformed: DynamoDBRecord[] = [];
  for (const record of Records) {
    const event = parseOrderEvent(record);
    if (event) events.set(event, idOf(record));
    else malformed.push(record);
  }
  const unprojected = await projectEvents([...events.keys()], {
    ...ports,
    requireTime: () => requireTime(remainingMs),
  });
  const aboutOf = (record: DynamoDBRecord) => aboutMessage(JSON.stringify(record));
  const rules = { idOf, groupOf: idOf, aboutOf, concurrency: 10, remainingMs };
  const failed = await processBatch(malformed, { ...rules, work: abandon });
  return batchResponse([...failed, ...unprojected.map((event) => events.get(event) ?? '')]);
}

const abandon = (record: DynamoDBRecord) =>
  giveUp(
    { body: JSON.stringify(record), reason: 'MALFORMED_EVENT', record: idOf(record) },
    { deadLetters: deadLetterQueue, meter },
  );

export const handler = onLambda(projectBatch);
