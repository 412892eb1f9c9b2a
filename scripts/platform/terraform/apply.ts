import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { physicalName } from '../../../stacks/model/names.ts';
import { CliError } from '../../cli/cli.ts';
import type { Deployment, Outputs } from '../deploy/deployment.ts';
import { installExtra } from '../process/extra-packages.ts';
import { projectFolder } from '../process/paths.ts';
import { findTerraform, mirroredVersion } from './provider.ts';
import { runTerraform, type TerraformRun } from './run.ts';
import type { TerraformFile } from './translate/terraform-text.ts';

const stackFolder = (deployment: Pick<Deployment, 'workspace' | 'stage'>): string =>
  join(deployment.workspace.folder, 'cdktf.out', 'stacks', physicalName(deployment.stage, 'aws'));

/** Reads the stage's synthesized file. */
export const readStackFile = (deployment: Pick<Deployment, 'workspace' | 'stage'>): TerraformFile =>
  JSON.parse(readFileSync(join(stackFolder(deployment), 'cdk.tf.json'), 'utf8')) as TerraformFile;

/** The provider mostly waits for queues, so a high parallelism costs nothing. */
const parallelism = 40;

/** Synthesizes the stage and applies it with the real Terraform. The state is stored in the run's own folder. */
export async function applyTerraform(deployment: Deployment): Promise<Outputs> {
  const { stage, onProgress } = deployment;
  const run = terraformRun(deployment);
  onProgress(`applying stage ${stage}: synthesizing`);
  installExtra('terraform');
  await synthesize(deployment);
  onProgress(`applying stage ${stage}: terraform init`);
  await runTerraform(run, ['init', '-no-color']);
  let total = 0;
  let done = 0;
  await apply(run, (line) => {
    total = Number(/^Plan: (\d+) to add/.exec(line)?.[1] ?? total);
    if (/: Creation complete/.test(line)) onProgress(`applying stage ${stage}: ${++done} of ${total} resources`);
  });
  return readOutputs(run);
}

async function apply(run: TerraformRun, onLine: (line: string) => void): Promise<void> {
  const args = ['apply', '-no-color', '-auto-approve', `-parallelism=${parallelism}`, ...variables(run)];
  await runTerraform(run, args, { onLine });
}

/** Applies the destroyed stack once more, which must also work. Returns how many resources were created. */
export async function applyAgain(run: TerraformRun): Promise<number> {
  let created = 0;
  await apply(run, (line) => {
    created = Number(/^Apply complete! Resources: (\d+) added/.exec(line)?.[1] ?? created);
  });
  return created;
}

export function terraformRun(deployment: Pick<Deployment, 'workspace' | 'target' | 'stage'>): TerraformRun {
  const { workspace, target } = deployment;
  return { workspace, target, terraform: findTerraform(), folder: stackFolder(deployment) };
}

/** Variables that depend on the engine (emulator or AWS) and on the provider's version. */
export function variables({ target, terraform }: TerraformRun): string[] {
  const old = mirroredVersion(terraform, 'hashicorp/aws')?.startsWith('5.') === true;
  return [
    ...(target.engine === 'aws' ? [] : ['-var=emulator=true']),
    // The emulator runs Node 24 whatever the runtime's name.
    ...(old && target.engine !== 'aws' ? ['-var=runtime=nodejs22.x'] : []),
  ];
}

/** A resource that a plan would still change. */
export interface Drift {
  readonly address: string;
  /** For example `update`, or `delete+create`. */
  readonly actions: string;
  readonly attributes: readonly string[];
}

/** Plans again and returns the differences; empty if the stack is unchanged. */
export async function findDrift(run: TerraformRun): Promise<Drift[]> {
  const lines: string[] = [];
  const args = ['plan', '-no-color', '-detailed-exitcode', '-out=drift.tfplan', ...variables(run)];
  const code = await runTerraform(run, args, { accepted: [2] });
  if (code === 0) return [];
  await runTerraform(run, ['show', '-json', 'drift.tfplan'], { onLine: (line) => lines.push(line) });
  const plan = JSON.parse(lines.join('')) as Plan;
  return plan.resource_changes.flatMap(({ address, change }) => {
    if (change.actions.every((action) => action === 'no-op' || action === 'read')) return [];
    return [{ address, actions: change.actions.join('+'), attributes: changedAttributes(change) }];
  });
}

interface Plan {
  readonly resource_changes: readonly { readonly address: string; readonly change: Change }[];
}

interface Change {
  readonly actions: readonly string[];
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

function changedAttributes({ before, after }: Change): string[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]));
}

/** Destroys the stack and returns the addresses that remain in the state. */
export async function destroyTerraform(run: TerraformRun): Promise<string[]> {
  await runTerraform(run, ['destroy', '-no-color', '-auto-approve', `-parallelism=${parallelism}`, ...variables(run)]);
  const left: string[] = [];
  await runTerraform(run, ['state', 'list'], { onLine: (line) => left.push(line) });
  return left.filter((address) => !address.startsWith('data.'));
}

function readOutputs({ folder }: TerraformRun): Outputs {
  const state = JSON.parse(readFileSync(join(folder, 'terraform.tfstate'), 'utf8')) as {
    outputs: Record<string, { value: string }>;
  };
  return Object.fromEntries(Object.entries(state.outputs).map(([key, { value }]) => [key, value]));
}

async function synthesize({ workspace, stage, issuer, partner }: Deployment): Promise<void> {
  const identity = { issuer: issuer.url, audience: issuer.audience, jwks: JSON.stringify(issuer.jwks) };
  const context = { stage, ...identity, partner: partner.url };
  await runStacks([
    ...['--out', join(workspace.folder, 'cdktf.out')],
    ...Object.entries(context).flatMap(([name, value]) => [`--${name}`, value]),
  ]);
}

/** Runs in a child process, because the stacks import packages that the project itself does not have. */
export async function runStacks(args: readonly string[]): Promise<void> {
  const entry = join(projectFolder, 'stacks', 'terraform', 'app.ts');
  const child = spawn(process.execPath, [entry, ...args], { cwd: projectFolder, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (text += piece));
  const [code] = await once(child, 'close');
  if (code === 0) return;
  throw new CliError(
    'synth_failed',
    `stacks/terraform/app.ts failed:\n${text.trim().slice(-2_000)}`,
    'Correct the stack.',
  );
}
