import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod';
import { cdn } from '../adapters/aws/cdn.ts';
import { onLambda } from '../adapters/aws/lambda/on-lambda.ts';
import { parseProductChange } from '../adapters/aws/lambda/stream.ts';
import { deadLetters } from '../adapters/aws/messaging.ts';
import { giveUp } from '../runtime/dead-letter.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { meter } from '../runtime/meter.ts';
import { invalidateProducts, type ProductChange } from './invalidate-products.ts';

export { prewarm } from '../adapters/aws/lambda/prewarm.ts';

const env = readEnv({
  DISTRIBUTION_ID: resource,
  DEAD_LETTER_URL: resource,
  CACHE_FUNCTION_MS: z.coerce.number().int().min(0),
});
const ports = {
  cdn: cdn(env.DISTRIBUTION_ID),
  meter,
  sleep: (ms: number) => sleep(ms),
  functionCacheMs: env.CACHE_FUNCTION_MS,
};
const idOf = (record: DynamoDBRecord) => record.dynamodb?.SequenceNumber ?? '';
const deadLetterQueue = deadLetters(env.DEAD_LETTER_URL);

/** One CDN invalidation per batch; if it fails, the stream redelivers the batch. */
async function invalidateBatch(event: DynamoDBStreamEvent): Promise<void> {
  const changes: ProductChange[] = [];
  for (const record of event.Records) {
    const change = parseProductChange(record);
    if (change) changes.push(change);
    else await abandon(record);
  }
  await invalidateProducts(changes, ports);
  logger.info('invalidated', { records: event.Records.length });
}

const abandon = (record: DynamoDBRecord) =>
  giveUp(
    { body: JSON.stringify(record), reason: 'MALFORMED_PRODUCT', record: idOf(record) },
    { deadLetters: deadLetterQueue, meter },
  );

export const handler = onLambda(invalidateBatch);
