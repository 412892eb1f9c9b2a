import type { Draft } from '../../draft.ts';
import type { Kept } from '../../kept.ts';
import type { Spelling } from '../spelling.ts';
import { awsEntry, azureEntry, googleEntry, policies, useCase } from './sources.ts';
import { deployedTest, unitTest } from './tests.ts';

/** Adds the parts specific to a function on a timer. */
export function addTimer(draft: Draft, step: Spelling, kept: Kept): void {
  const { name } = step;
  draft.create(`functions/${name}/process-page.ts`, useCase(step));
  draft.create(`functions/${name}/policies.ts`, policies(step));
  draft.create(`functions/${name}/aws.ts`, awsEntry(step));
  draft.create(`test/unit/${name}/policies.test.ts`, unitTest(step));
  draft.create(`test/integration/workers/${name}.test.ts`, deployedTest(step));
  addModel(draft, step);
  if (kept.cdk) addCdk(draft, step);
  if (kept.terraform) addTerraform(draft, step);
  if (kept.azure) addAzure(draft, step);
  if (kept.google) addGoogle(draft, step);
}

function addModel(draft: Draft, { name }: Spelling): void {
  draft.after('stacks/model/workers.ts', ['TimerWorker', 'sweeper'], `'${name}'`);
  draft.after(
    'stacks/model/operations/timer-alarm-rows.ts',
    ['stopped', 'sweeper'],
    `${name}: { meaning: 'its work waits', runbook: '${name}-stopped' }`,
  );
  draft.after('scripts/platform/api/capacity.ts', ['shares', 'sweeper'], `${name}: 1`);
}

function addCdk(draft: Draft, { name }: Spelling): void {
  draft.below(
    'stacks/aws/service-stack.ts',
    ["=this.addTimer('sweeper', add('sweeper'), 'Sweeps');"],
    `this.addTimer('${name}', add('${name}'));`,
  );
}

function addTerraform(draft: Draft, { name }: Spelling): void {
  draft.below(
    'stacks/terraform/aws/service.ts',
    ["=runByTimer(this, 'Sweeps', add('sweeper'), stage, stage.sweeper.everyMinutes);"],
    `runByTimer(this, '${name}-timer', add('${name}'), stage, stage.${name}.everyMinutes);`,
  );
}

function addAzure(draft: Draft, step: Spelling): void {
  const { name, capital } = step;
  draft.create(`functions/${name}/azure.ts`, azureEntry(step));
  draft.after('stacks/terraform/azure/alert-rows.ts', ['timers', 'sweeper'], `${name}: 'run${capital}'`);
}

function addGoogle(draft: Draft, step: Spelling): void {
  const { name } = step;
  draft.create(`functions/${name}/google.ts`, googleEntry(step));
  draft.after('stacks/model/clouds/google-topology.ts', ['timers', 'sweeper'], `${name}: '${name}'`);
  draft.after('scripts/clouds/google/platform.ts', ['timersEveryMs', 'sweeper'], `${name}: 10_000`);
}
