import type { Context, SQSEvent } from 'aws-lambda';
import { deadLetters } from '../../../functions/adapters/aws/dead-letters.ts';
import { batchResponse, onLambda, toQueueMessage } from '../../../functions/adapters/aws/lambda/on-lambda.ts';
import { readEnv, resource } from '../../../functions/runtime/env.ts';
import { meter } from '../../../functions/runtime/meter.ts';
import { systemClock } from '../../../functions/runtime/system.ts';
import { continueTrace } from '../../../functions/runtime/trace.ts';
import type { DeadLetterReason } from './contracts.ts';
import { workOnMessages } from './messages.ts';
import { jobStore } from './store.ts';

export { prewarm } from '../../../functions/adapters/aws/lambda/prewarm.ts';

const env = readEnv({ JOBS_TABLE: resource, DEAD_LETTER_URL: resource });
const ports = {
  jobs: jobStore(env.JOBS_TABLE),
  deadLetters: deadLetters<DeadLetterReason>(env.DEAD_LETTER_URL),
  clock: systemClock,
  meter,
  continueTrace,
};

async function workOnBatch({ Records }: SQSEvent, context: Context) {
  const remainingMs = () => context.getRemainingTimeInMillis();
  return batchResponse(await workOnMessages(Records.map(toQueueMessage), { ...ports, remainingMs }));
}

export const handler = onLambda(workOnBatch);
