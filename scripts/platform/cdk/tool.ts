import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { stackName, stackNames } from '../../../stacks/model/names.ts';
import { CliError } from '../../cli/cli.ts';
import { deployConcurrency } from '../api/capacity.ts';
import type { Deployment, DeployTool, Outputs } from '../deploy/deployment.ts';
import { readTemplate, readTemplates } from '../deploy/templates.ts';
import type { EdgeTemplate } from '../edge/template-values.ts';
import { engines } from '../engine/engines.ts';
import { type Clients, clientOptions, type Target } from '../engine/target.ts';
import type { OnLine } from '../process/command-line-tool.ts';
import type { Workspace } from '../process/workspace.ts';
import { runCdk } from './run.ts';

/** The version of the bootstrap stack that this CLI asks for at least. */
const bootstrapVersion = '30';
const bootstrapParameter = '/cdk-bootstrap/hnb659fds/version';
const emulatedAccount = '000000000000';

const cloudAssemblyOf = (workspace: Workspace): string => join(workspace.folder, 'cdk.out');

/** CDK and CloudFormation. */
export const cdkTool: DeployTool = {
  deploy: deployWithCdk,
  readTemplates: ({ workspace }) => readTemplates(cloudAssemblyOf(workspace)),
  readEdge: ({ workspace, stage }) => readTemplate<EdgeTemplate>(cloudAssemblyOf(workspace), stackName(stage, 'edge')),
  findLack: () => undefined,
};

async function deployWithCdk(deployment: Deployment, sdk: Clients): Promise<Outputs> {
  const { workspace, target, stage, issuer, partner, onProgress } = deployment;
  await bootstrap(sdk, target);
  if (engines[target.engine].freshStacks) await destroyLeftovers(deployment);
  const outputsFile = join(workspace.folder, 'outputs.json');
  const identity = { issuer: issuer.url, audience: issuer.audience, jwks: JSON.stringify(issuer.jwks) };
  const context = { stage, ...identity, partner: partner.url };
  const output = cloudAssemblyOf(workspace);
  mkdirSync(output, { recursive: true });
  onProgress(`deploying stage ${stage}: synthesizing`);
  await runCdk(
    workspace,
    target,
    [
      ...['deploy', '--all', '--concurrency', String(deployConcurrency), '--require-approval', 'never'],
      ...['--outputs-file', outputsFile, '--output', output, '--progress', 'events', '--method', 'direct'],
      ...['--no-notices', '--no-version-reporting', '--asset-parallelism', 'true'],
      ...Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    progressOf(
      (text) => onProgress(`deploying stage ${stage}: ${text}`),
      () => readTemplates(output).reduce((sum, template) => sum + Object.keys(template.Resources).length, 0),
    ),
  );
  return mergeOutputs(JSON.parse(await readFile(outputsFile, 'utf8')) as Record<string, Record<string, string>>);
}

/**
 * What the CLI checks and uses of `cdk bootstrap`, in two calls: the bucket of the assets and the version parameter.
 * On AWS the account's owner bootstraps: that makes roles and costs, which no script should do in passing.
 */
async function bootstrap({ s3, ssm }: Clients, target: Target): Promise<void> {
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

/** Some engines cannot update what stands; an earlier run's stacks go first. */
async function destroyLeftovers({ workspace, target, stage, onProgress }: Deployment): Promise<void> {
  const client = new CloudFormationClient(clientOptions(target));
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({})).finally(() => client.destroy());
  const names = stackNames.map((stack) => stackName(stage, stack)).reverse();
  const standing = names.filter((name) => Stacks.some((stack) => stack.StackName === name));
  if (standing.length === 0) return;
  onProgress('removing stacks of an earlier run');
  await runCdk(
    workspace,
    target,
    ['destroy', '--force', '--no-notices', '-c', `stage=${stage}`, ...standing],
    () => {},
  );
}

function mergeOutputs(byStack: Record<string, Record<string, string>>): Outputs {
  return Object.assign({}, ...Object.values(byStack));
}

/** Turns the CLI's event lines into '12 of 87 resources'. */
export function progressOf(report: (text: string) => void, countResources: () => number): OnLine {
  const doneByStack = new Map<string, number>();
  let total = 0;
  return (line) => {
    const [, stack, done] = /^\s*(\S+) \|\s*(\d+)(?:\/\d+)? \|/.exec(line) ?? [];
    if (!stack) return;
    // The templates exist by the first event: synthesis comes first.
    total ||= countResources();
    doneByStack.set(stack, Number(done));
    const sum = [...doneByStack.values()].reduce((a, b) => a + b, 0);
    report(`${Math.min(sum, total)} of ${total} resources`);
  };
}
