import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { findStage } from '../../stacks/model/stages/stages.ts';
import { CliError } from '../cli/cli.ts';
import type { Platform } from '../platform/platform.ts';
import { type ExtraPackages, installExtra } from '../platform/process/extra-packages.ts';
import { type Hooks, whileRunning } from '../platform/process/while-running.ts';
import { browse } from './browse.ts';
import { toClientConfig, waitUntilQuiet } from './deployed-quiescence.ts';
import type { SaleSystem } from './system.ts';

const knownClouds = ['azure', 'google'] as const satisfies readonly ExtraPackages[];
export type OtherCloud = (typeof knownClouds)[number];

/** The clouds beside AWS that run on this machine; a fork may have deleted some. */
const otherClouds: readonly OtherCloud[] = knownClouds.filter((cloud) =>
  existsSync(join(import.meta.dirname, '../clouds', cloud)),
);

/** A system on another cloud's local engines; `stop` ends it. */
export interface CloudSystem extends SaleSystem {
  /** Notes on the engines that were started, and on missing parts of the cloud. */
  readonly notes: readonly string[];
  stop(): Promise<void>;
}

/** Parses the value of --cloud; undefined means AWS. */
export function parseOtherCloud(name: string): OtherCloud | undefined {
  const cloud = otherClouds.find((one) => one === name);
  if (cloud !== undefined || name === 'aws') return cloud;
  throw new CliError(
    'usage',
    `--cloud is '${name}', must be one of aws, ${otherClouds.join(', ')}`,
    'For example: --cloud azure',
  );
}

/** Runs work on a cloud's local engines and functions, then stops them. The first call installs their packages. */
export function withCloud(cloud: OtherCloud, work: (system: SaleSystem) => Promise<number>): Promise<number> {
  return whileRunning(
    (hooks) => startCloud(cloud, hooks),
    ({ shopUrl }) => `${shopUrl}, ${cloud}`,
    (system, progress) => {
      for (const note of system.notes) progress.line(note);
      return work(system);
    },
  );
}

async function startCloud(cloud: OtherCloud, hooks: Hooks): Promise<CloudSystem> {
  installExtra(cloud);
  // A computed name hides the module from the type check: its packages are not installed with the project.
  const module: { startSystem(hooks: Hooks): Promise<CloudSystem> } = await import(`../clouds/${cloud}/system.ts`);
  return module.startSystem(hooks);
}

export function awsSystem(platform: Platform): SaleSystem {
  return {
    shopUrl: platform.edgeUrl,
    issuer: platform.issuer,
    // API Gateway's authorizer; a Function URL has none.
    hostRefusals: findStage(platform.stage).api.kind === 'http-api' ? ['no token'] : [],
    partner: platform.partner,
    browse: (adminToken, options) => browse(platform, adminToken, options),
    async sendToQueue(MessageBody) {
      const sqs = new SQSClient(toClientConfig(platform));
      await sqs.send(new SendMessageCommand({ QueueUrl: platform.outputs.OrderQueueUrl ?? '', MessageBody }));
      sqs.destroy();
    },
    untilQuiet: (deadLetters, options) => waitUntilQuiet(platform, deadLetters, options),
    calls: () => platform.calls(),
    memoryMb: () => platform.memoryMb(),
  };
}
