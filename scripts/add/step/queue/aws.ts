import type { Draft } from '../../draft.ts';
import type { Kept } from '../../kept.ts';
import type { Spelling } from '../spelling.ts';

/** Entry, adapter, and the constructs of both tools. */
export function addAws(draft: Draft, step: Spelling, kept: Kept): void {
  draft.create(`functions/${step.name}/aws.ts`, entry(step));
  addAdapter(draft, step);
  if (kept.cdk) addCdk(draft, step);
  if (kept.terraform) addTerraform(draft, step);
}

function addAdapter(draft: Draft, { name, capital }: Spelling): void {
  const messaging = 'functions/adapters/aws/messaging.ts';
  draft.after(
    messaging,
    ['fulfilmentQueue'],
    `export function ${name}Queue(queueUrl: string): ${capital}Queue {
  return {
    async send(request) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(request) }));
    },
  };
}`,
  );
  draft.import(messaging, [`type ${capital}Queue`], `../../ports/${name}.ts`);
}

function addCdk(draft: Draft, { name, capital, queue, deadLetters }: Spelling): void {
  draft.after(
    'stacks/aws/queues.ts',
    ["=...this.addQueue(stage, 'fulfilment', stage.fulfilment.cancellableSeconds)"],
    `...this.addQueue(stage, '${name}')`,
  );
  const stack = 'stacks/aws/service-stack.ts';
  draft.below(
    stack,
    ["=this.addQueueWorker('fulfilment', add('fulfilment'));"],
    `this.addQueueWorker('${name}', add('${name}'));`,
  );
  draft.after(
    stack,
    ['FulfilmentDeadLetterUrl'],
    `${capital}QueueUrl: this.queues.find('${queue}').queueUrl,
     ${capital}DeadLetterUrl: this.queues.find('${deadLetters}').queueUrl`,
  );
}

function addTerraform(draft: Draft, { name, capital, queue, deadLetters }: Spelling): void {
  draft.after(
    'stacks/terraform/aws/queues.ts',
    ["=...this.addQueue(stage, 'fulfilment', rules, stage.fulfilment.cancellableSeconds)"],
    `...this.addQueue(stage, '${name}', rules)`,
  );
  const service = 'stacks/terraform/aws/service.ts';
  draft.below(service, ["=this.addQueueWorker('fulfilment', props);"], `this.addQueueWorker('${name}', props);`);
  draft.after(
    service,
    ['FulfilmentDeadLetterUrl'],
    `${capital}QueueUrl: urlOf('${queue}'), ${capital}DeadLetterUrl: urlOf('${deadLetters}')`,
  );
}

const entry = ({ name }: Spelling): string => `import type { Context, SQSEvent } from 'aws-lambda';
import { batchResponse, onLambda, toQueueMessage } from '../adapters/aws/lambda/on-lambda.ts';
import { deadLetters } from '../adapters/aws/messaging.ts';
import { orderStore } from '../adapters/aws/orders.ts';
import { processBatch } from '../runtime/batch.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { meter } from '../runtime/meter.ts';
import { processMessage } from './messages.ts';

export { prewarm } from '../adapters/aws/lambda/prewarm.ts';

const env = readEnv({ ORDERS_TABLE: resource, DEAD_LETTER_URL: resource });
const ports = { orders: orderStore(env.ORDERS_TABLE), deadLetters: deadLetters(env.DEAD_LETTER_URL), meter };
const messagesAtOnce = 10;

async function ${name}Batch(event: SQSEvent, context: Context) {
  const failed = await processBatch(event.Records, {
    idOf: (record) => record.messageId,
    groupOf: (record) => record.messageId,
    work: (record) => processMessage(toQueueMessage(record), ports),
    concurrency: messagesAtOnce,
    remainingMs: () => context.getRemainingTimeInMillis(),
  });
  return batchResponse(failed);
}

export const handler = onLambda(${name}Batch);
`;
