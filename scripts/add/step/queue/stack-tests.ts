import type { Draft } from '../../draft.ts';
import type { Kept } from '../../kept.ts';
import { type Spelling, toLogicalId } from '../spelling.ts';

/** Extends the template tests that list resources by name. */
export function addStackTests(draft: Draft, step: Spelling, kept: Kept): void {
  if (kept.cdk) addCdkTests(draft, step);
  addCloudTests(draft, step, kept);
}

export function addCloudTests(draft: Draft, step: Spelling, kept: Kept): void {
  if (kept.google) addGoogleTests(draft, step);
  if (kept.azure && kept.google) addCloudTable(draft, step);
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

function addGoogleTests(draft: Draft, { upper, queue }: Spelling): void {
  const file = 'test/terraform/google.test.ts';
  draft.after(file, [messages, 'pushed', 'fulfilment-requests'], `'${queue}'`);
  draft.after(file, [messages, 'dead', 'fulfilment-requests-dead'], `'${queue}-dead'`);
  const gone = 'test/clouds/google/gone-dependency.test.ts';
  draft.after(gone, ['loadFunctions', 'FULFILMENT_DEAD_LETTER'], `'${upper}_DEAD_LETTER'`);
}

/** The table is generated, and a test compares it. */
function addCloudTable(draft: Draft, { queue }: Spelling): void {
  draft.rewrite(
    'docs/clouds.md',
    /^(\| dead letters .*`fulfilment-requests-poison`)(.*`fulfilment-requests-dead`)/,
    (_, before = '', between = '') => `${before}, \`${queue}-poison\`${between}, \`${queue}-dead\``,
  );
}
