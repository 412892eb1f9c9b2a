import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import { type Spelling, toLogicalId } from './spelling.ts';

/** What the tests of templates list by name. */
export function addStackTests(draft: Draft, step: Spelling, kept: Kept): void {
  // Equals its share of the queue's concurrency.
  draft.rewrite(
    'test/synth/check-stage.test.ts',
    /(environments of all functions \(.*fulfilment \d+)(.*got )(\d+)'/,
    (_, before = '', between = '', sum = '') => `${before}, ${step.name} 2${between}${Number(sum) + 2}'`,
  );
  if (kept.cdk) addCdkTests(draft, step);
  if (kept.azure) addAzureTests(draft, step);
  if (kept.google) addGoogleTests(draft, step);
}

function addCdkTests(draft: Draft, { name, capital, queue, deadLetters }: Spelling): void {
  const grants = 'test/synth/aws/grants.test.ts';
  const id = (one: string) => `Queues${one.replaceAll('-', '')}`;
  draft.after(
    grants,
    ['queueIds', 'fulfilment-requests-dlq'],
    `'${queue}': '${id(queue)}', '${deadLetters}': '${id(deadLetters)}'`,
  );
  draft.after(grants, ['triggers', 'fulfilment'], `${name}: receive('${id(queue)}')`);
  const stack = 'test/synth/aws/service-stack.test.ts';
  draft.after(
    stack,
    ["=[physicalName('prod', 'fulfilment-requests-dlq')]: 'QueuesfulfilmentrequestsdlqA64EFCCD'"],
    `[physicalName('prod', '${queue}')]: '${toLogicalId(queue)}',
     [physicalName('prod', '${deadLetters}')]: '${toLogicalId(deadLetters)}'`,
  );
  draft.after(stack, ['shared', 'FulfilmentQueueUrl'], `'${capital}DeadLetterUrl', '${capital}QueueUrl'`);
  draft.after('test/synth/aws/operations-stack.test.ts', ['fulfilment-requests-dlq'], `'${deadLetters}'`);
}

const messages = 'signs, retries and dead-letters pushed messages, and keeps dead letters';
const rights = 'grants each service only the permissions that it needs';

function addAzureTests(draft: Draft, { name, capital, queue }: Spelling): void {
  draft.sortIn(
    'test/terraform/azure-protection.test.ts',
    [rights],
    [
      `${name}: Blob Data Owner of ${name}-host`,
      `${name}: Queue Data Contributor of ${queue}-poison`,
      `${name}: Queue Data Message Processor of ${queue}`,
      `${name}: Queue Data Message Sender of ${queue}-poison`,
      `${name}: Queue Data Reader of ${queue}`,
      `${name}: Table Data Reader of Table`,
    ],
  );
  draft.after(
    'test/terraform/azure.test.ts',
    ['fulfilment-requests-age'],
    `'${queue}-poison-depth', '${queue}-age', '${name}-errors'`,
  );
  const gone = 'test/clouds/azure/gone-dependency.test.ts';
  draft.after(gone, ['workers', 'fulfilment'], `'${name}'`);
  draft.after(gone, ['given', 'fulfilOrder'], `process${capital}: fulfilment`);
}

function addGoogleTests(draft: Draft, { name, upper, queue }: Spelling): void {
  draft.sortIn(
    'test/terraform/google-protection.test.ts',
    [rights],
    [
      `${name}: roles/datastore.viewer`,
      `${name}: roles/pubsub.publisher of ${queue}-dead`,
      `pusher: roles/run.invoker of ${name}`,
    ],
  );
  draft.after(
    'test/terraform/google.test.ts',
    ['fulfilment-requests-dead-depth'],
    `'${queue}-dead-depth', '${queue}-age', '${name}-errors'`,
  );
  draft.after('test/terraform/google.test.ts', [messages, 'pushed', 'fulfilment-requests'], `'${queue}'`);
  draft.after('test/terraform/google.test.ts', [messages, 'dead', 'fulfilment-requests-dead'], `'${queue}-dead'`);
  const gone = 'test/clouds/google/gone-dependency.test.ts';
  draft.after(gone, ['pushes', 'fulfilment'], `${name}: fulfilment`);
  draft.after(gone, ['services', 'fulfilment'], `'${name}'`);
  draft.after(gone, ['loadFunctions', 'FULFILMENT_DEAD_LETTER'], `'${upper}_DEAD_LETTER'`);
}
