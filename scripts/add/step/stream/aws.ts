import type { Draft } from '../../draft.ts';
import type { Kept } from '../../kept.ts';
import { type Spelling, toLogicalId } from '../spelling.ts';

/** Adds the constructs of both tools. */
export function addAws(draft: Draft, step: Spelling, kept: Kept): void {
  if (kept.cdk) {
    addCdk(draft, step);
    addCdkTests(draft, step);
  }
  if (kept.terraform) addTerraform(draft, step);
}

function addCdk(draft: Draft, { name, capital, deadLetters }: Spelling): void {
  draft.after(
    'stacks/aws/queues.ts',
    ['projection-dlq'],
    `'${deadLetters}': addFailureQueue(this, stage, '${deadLetters}')`,
  );
  const stack = 'stacks/aws/service-stack.ts';
  draft.below(
    stack,
    ["=this.addStreamReader('projection', add('projection'), 'Projection');"],
    `this.addStreamReader('${name}', add('${name}'));`,
  );
  draft.after(
    stack,
    ['ProjectionDeadLetterUrl'],
    `${capital}DeadLetterUrl: this.queues.find('${deadLetters}').queueUrl`,
  );
}

function addCdkTests(draft: Draft, { name, capital, deadLetters }: Spelling): void {
  const grants = 'test/synth/aws/grants.test.ts';
  const id = `Queues${deadLetters.replaceAll('-', '')}`;
  draft.after(grants, ['queueIds', 'projection-dlq'], `'${deadLetters}': '${id}'`);
  draft.after(grants, ['triggers', 'projection'], `${name}: readStream`);
  const stack = 'test/synth/aws/service-stack.test.ts';
  draft.after(
    stack,
    ["=[physicalName('prod', 'fulfilment-requests-dlq')]: 'QueuesfulfilmentrequestsdlqA64EFCCD'"],
    `[physicalName('prod', '${deadLetters}')]: '${toLogicalId(deadLetters)}'`,
  );
  draft.after(stack, ['shared', 'ProjectionDeadLetterUrl'], `'${capital}DeadLetterUrl'`);
  draft.after('test/synth/aws/operations-stack.test.ts', ['fulfilment-requests-dlq'], `'${deadLetters}'`);
}

function addTerraform(draft: Draft, { name, capital, deadLetters }: Spelling): void {
  draft.after(
    'stacks/terraform/aws/queues.ts',
    ['projection-dlq'],
    `'${deadLetters}': addDeadLetterQueue(this, stage, '${deadLetters}')`,
  );
  const service = 'stacks/terraform/aws/service.ts';
  draft.below(
    service,
    ["=this.addStreamReader('projection', props, 'Projection');"],
    `this.addStreamReader('${name}', props);`,
  );
  draft.after(service, ['ProjectionDeadLetterUrl'], `${capital}DeadLetterUrl: urlOf('${deadLetters}')`);
}
