import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { buildFolder, projectFolder } from '../../../stacks/build/folders.ts';
import { stackName, stackNames } from '../../../stacks/model/names.ts';
import { hasRegions } from '../../../stacks/model/stages/regions.ts';
import { findStage } from '../../../stacks/model/stages/stages.ts';
import { CliError } from '../../cli/cli.ts';
import { deployConcurrency } from '../api/capacity.ts';
import type { Deployment, DeployTool, Outputs } from '../deploy/deployment.ts';
import { readTemplate, readTemplates } from '../deploy/templates.ts';
import type { EdgeTemplate } from '../edge/template-values.ts';
import { engines } from '../engine/engines.ts';
import { type Clients, clientOptions, type Target } from '../engine/target.ts';
import type { OnLine } from '../process/command-line-tool.ts';
import type { Workspace } from '../process/workspace.ts';
import { takeAssembly } from './kept-assemblies.ts';
import { lastingEnvironment, runCdk } from './run.ts';
import { fillIn, standIns } from './run-addresses.ts';

/** The minimum version of the bootstrap stack that this CLI requires. */
const bootstrapVersion = '30';
const bootstrapParameter = '/cdk-bootstrap/hnb659fds/version';
const emulatedAccount = '000000000000';

const toAssemblyFolder = (workspace: Workspace): string => join(workspace.folder, 'cdk.out');

/** Deploys with the CDK CLI and CloudFormation. */
export const cdkTool: DeployTool = {
  deploy: deployWithCdk,
  readTemplates: ({ workspace }) => readTemplates(toAssemblyFolder(workspace)),
  readEdge: ({ workspace, stage }) => readTemplate<EdgeTemplate>(toAssemblyFolder(workspace), stackName(stage, 'edge')),
  findLack: () => undefined,
};

async function deployWithCdk(deployment: Deployment, sdk: Clients): Promise<Outputs> {
  const { workspace, target, stage, onProgress } = deployment;
  await bootstrap(sdk, target);
  const outputsFile = join(workspace.folder, 'outputs.json');
  const output = toAssemblyFolder(workspace);
  mkdirSync(output, { recursive: true });
  onProgress(`deploying stage ${stage}: synthesizing`);
  await prepareAssembly(deployment, output);
  if (engines[target.engine].freshStacks) await destroyLeftovers(deployment);
  await runCdk(
    workspace,
    target,
    [
      ...['deploy', '--all', '--concurrency', String(deployConcurrency), '--require-approval', 'never'],
      ...['--outputs-file', outputsFile, '--app', output, '--progress', 'events', '--method', 'direct'],
      ...['--no-notices', '--no-version-reporting', '--asset-parallelism', 'true'],
    ],
    progressReporter(
      (text) => onProgress(`deploying stage ${stage}: ${text}`),
      () => readTemplates(output).reduce((sum, template) => sum + Object.keys(template.Resources).length, 0),
    ),
  );
  return mergeOutputs(JSON.parse(await readFile(outputsFile, 'utf8')) as Record<string, Record<string, string>>);
}

/**
 * Synthesizes with this run's addresses, or fills them into a kept assembly. An engine that outlives the run always
 * gets a new synthesis: a function version is named by a hash of its settings, and new addresses need a new version.
 */
async function prepareAssembly(deployment: Deployment, output: string): Promise<void> {
  const { workspace, target, stage, embedded, issuer, partner } = deployment;
  const addresses = { issuer: issuer.url, jwks: JSON.stringify(issuer.jwks), partner: partner.url };
  const inRegion = hasRegions(findStage(stage)) && { region: target.region };
  const settings = { stage, audience: issuer.audience, ...inRegion };
  const synthesize = (context: Readonly<Record<string, string>>) =>
    runCdk(
      workspace,
      target,
      [
        ...['synth', '--quiet', '--output', output, '--no-notices', '--no-version-reporting'],
        ...Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      () => {},
    );
  if (!embedded) return synthesize({ ...settings, ...addresses });
  const given = { ...settings, ...lastingEnvironment(workspace, target) };
  const kept = { project: projectFolder, folder: join(buildFolder, 'assemblies'), given };
  await takeAssembly(kept, output, () => synthesize({ ...settings, ...standIns }));
  fillIn(output, addresses);
}

/**
 * Creates the parts of `cdk bootstrap` that the CLI needs: the asset bucket and the version parameter.
 * On AWS the account's owner has to bootstrap, because that creates roles and costs.
 */
export async function bootstrap({ s3, ssm }: Clients, target: Target): Promise<void> {
  if (target.engine === 'aws') {
    await ssm.send(new GetParameterCommand({ Name: bootstrapParameter })).catch((error: Error) => {
      throw new CliError(
        'not_bootstrapped',
        `the account is not bootstrapped for CDK: ${error.message}`,
        'Run once: npx cdk bootstrap',
      );
    });
    return;
  }
  const bucket = `cdk-hnb659fds-assets-${emulatedAccount}-${target.region}`;
  await Promise.all([
    s3
      .send(new CreateBucketCommand({ Bucket: bucket }))
      .catch(ignore('BucketAlreadyOwnedByYou', 'BucketAlreadyExists')),
    ssm.send(
      new PutParameterCommand({ Name: bootstrapParameter, Value: bootstrapVersion, Type: 'String', Overwrite: true }),
    ),
  ]);
}

function ignore(...names: readonly string[]) {
  return (error: Error) => {
    if (!names.includes(error.name)) throw error;
  };
}

/**
 * Removes an earlier run's stacks, for engines that cannot update stacks. The CLI needs an app for that: this run's
 * assembly, since a synthesis without the run's addresses refuses the stage.
 */
export async function destroyLeftovers({ workspace, target, stage, onProgress }: Deployment): Promise<void> {
  const client = new CloudFormationClient(clientOptions(target));
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({})).finally(() => client.destroy());
  const names = stackNames.map((stack) => stackName(stage, stack)).reverse();
  const existing = names.filter((name) => Stacks.some((stack) => stack.StackName === name));
  if (existing.length === 0) return;
  onProgress('removing stacks of an earlier run');
  await runCdk(
    workspace,
    target,
    ['destroy', '--force', '--no-notices', '--app', toAssemblyFolder(workspace), ...existing],
    () => {},
  );
}

function mergeOutputs(byStack: Record<string, Record<string, string>>): Outputs {
  return Object.assign({}, ...Object.values(byStack));
}

/** Turns the CLI's event lines into '12 of 87 resources'. */
function progressReporter(report: (text: string) => void, countResources: () => number): OnLine {
  const doneByStack = new Map<string, number>();
  let total = 0;
  return (line) => {
    const [, stack, done] = /^\s*(\S+) \|\s*(\d+)(?:\/\d+)? \|/.exec(line) ?? [];
    if (!stack) return;
    // By the first event, synthesis has already written the templates.
    total ||= countResources();
    doneByStack.set(stack, Number(done));
    const sum = [...doneByStack.values()].reduce((a, b) => a + b, 0);
    report(`${Math.min(sum, total)} of ${total} resources`);
  };
}
