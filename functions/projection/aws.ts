import type { Context, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { deadLetters, eventBus } from '../adapters/aws/messaging.ts';
import { eventOfRecord } from '../adapters/aws/stream.ts';
import { salesViews } from '../adapters/aws/views.ts';
import type { OrderEvent } from '../contracts/order-event.ts';
import { type BatchAnswer, workThrough } from '../runtime/batch.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { meter } from '../runtime/meter.ts';
import { onLambda } from '../runtime/observe.ts';
import { jitteredPause } from '../runtime/system.ts';
import { countTraced } from './events.ts';

const env = readEnv({ VIEWS_TABLE: resource, BUS_NAME: resource, FAILURE_QUEUE_URL: resource });
const ports = { views: salesViews(env.VIEWS_TABLE), meter, pause: jitteredPause };
const bus = eventBus(env.BUS_NAME);
const dead = deadLetters(env.FAILURE_QUEUE_URL);

const idOf = (record: DynamoDBRecord) => record.dynamodb?.SequenceNumber ?? '';

/** Views first, then the bus: who hears of an order can already see it. A replay publishes again; consumers know. */
async function projectBatch(event: DynamoDBStreamEvent, context: Context): Promise<BatchAnswer> {
  const counted = new Map<OrderEvent, string>();

  async function countRecord(record: DynamoDBRecord): Promise<void> {
    const parsed = eventOfRecord(record);
    if (!parsed) return giveUp(record);
    counted.set(await countTraced(parsed, ports), idOf(record));
  }

  const answer = await workThrough(event.Records, {
    idOf,
    groupOf: (record) => record.dynamodb?.Keys?.pk?.S ?? '',
    work: countRecord,
    concurrency: 10,
    remainingMs: () => context.getRemainingTimeInMillis(),
  });
  const refused = await publish([...counted.keys()]);
  const again = refused.map((one) => ({ itemIdentifier: counted.get(one) ?? '' }));
  return { batchItemFailures: [...answer.batchItemFailures, ...again] };
}

async function publish(events: readonly OrderEvent[]): Promise<readonly OrderEvent[]> {
  try {
    return await bus.publish(events);
  } catch (error) {
    logger.warn('the bus took none or some of the events; all come again', { error });
    return events;
  }
}

// Thrown, it would hold up its shard until it expires; no retry mends it.
async function giveUp(record: DynamoDBRecord): Promise<void> {
  await dead.put(JSON.stringify(record), 'MALFORMED_EVENT');
  meter.count('DeadLettered');
  logger.error('dead letter', { reason: 'MALFORMED_EVENT', record: idOf(record) });
}

export const handler = onLambda(projectBatch);
