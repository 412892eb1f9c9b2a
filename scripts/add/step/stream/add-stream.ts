import { services } from '../../../../stacks/model/services.ts';
import { CliError } from '../../../cli/cli.ts';
import type { Draft } from '../../draft.ts';
import type { Kept } from '../../kept.ts';
import { addDeadLetters } from '../dead-letters.ts';
import { addAzureWorker } from '../queue/azure.ts';
import { addGoogleWorker } from '../queue/google.ts';
import { addCloudTests } from '../queue/stack-tests.ts';
import type { Spelling } from '../spelling.ts';
import { eventReader } from '../worker.ts';
import { addAws } from './aws.ts';
import { awsEntry, azureEntry, events, googleEntry, useCase } from './sources.ts';
import { deployedTest, unitTest } from './tests.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html#Streams.Processing */
const mostReaders = 2;

/** Adds the parts specific to a reader of the orders' stream. */
export function addStream(draft: Draft, step: Spelling, kept: Kept): void {
  const { name } = step;
  draft.create(`functions/${name}/process-event.ts`, useCase(step));
  draft.create(`functions/${name}/events.ts`, events(step));
  draft.create(`functions/${name}/aws.ts`, awsEntry(step));
  draft.create(`test/unit/${name}/events.test.ts`, unitTest(step));
  draft.create(`test/integration/workers/${name}.test.ts`, deployedTest(step));
  addModel(draft, step);
  addDeadLetters(draft, step, eventReader);
  addAws(draft, step, kept);
  if (kept.azure) addAzure(draft, step, kept);
  if (kept.google) {
    draft.create(`functions/${name}/google.ts`, googleEntry(step));
    addGoogleWorker(draft, step, eventReader, 'EVENT_TOPIC');
  }
  addCloudTests(draft, step, kept);
}

/** @throws when the orders' stream already has its maximum number of readers */
export function requireStreamRoom(): void {
  const readers = Object.values(services).filter(
    ({ trigger }) => trigger.kind === 'stream' && trigger.table === 'orders',
  );
  if (readers.length < mostReaders) return;
  throw new CliError(
    'stream_full',
    `${readers.length} functions read the stream of the orders, and DynamoDB throttles more than ${mostReaders}`,
    'Take the events from the bus instead: --trigger bus.',
  );
}

function addModel(draft: Draft, { name, deadLetters }: Spelling): void {
  draft.after('stacks/model/workers.ts', ['StreamReader', 'projection'], `'${name}'`);
  draft.after('stacks/model/resources.ts', ['QueueName', 'projection-dlq'], `'${deadLetters}'`);
  draft.after(
    'stacks/model/operations/alarm-rows.ts',
    ['behind', 'projection'],
    `${name}: { meaning: '${name} is behind the orders.', runbook: '${name}-age' }`,
  );
}

/** The projection sends each event to its queue: Azure's tables have no stream. */
function addAzure(draft: Draft, step: Spelling, kept: Kept): void {
  const { name } = step;
  draft.create(`functions/${name}/azure.ts`, azureEntry(step));
  draft.after(
    'functions/projection/azure.ts',
    ['bus', "={ type: 'OrderConfirmed', queue: storage.queue(queues.fulfilments), delayMs: env.CANCELLABLE_MS }"],
    `...orderEvent.shape.type.options.map((type) => ({ type, queue: storage.queue(queues.${name}), delayMs: 0 }))`,
  );
  draft.import('functions/projection/azure.ts', ['orderEvent'], '../contracts/order-event.ts');
  draft.after('stacks/terraform/azure/data.ts', ['use', 'projection', '=queues.fulfilments'], `queues.${name}`);
  addAzureWorker(draft, step, eventReader, kept);
}
