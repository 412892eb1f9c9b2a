import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCdk } from '../../../scripts/platform/cdk/run.ts';
import { bootstrap } from '../../../scripts/platform/cdk/tool.ts';
import { startEmbedded } from '../../../scripts/platform/engine/host.ts';
import { clients, type Target } from '../../../scripts/platform/engine/target.ts';
import { Gateway } from '../../../scripts/platform/gateway/gateway.ts';
import type { Forwarder } from '../../../scripts/platform/http/forward.ts';
import { type Issuer, startIssuer } from '../../../scripts/platform/identity/issuer.ts';
import type { Hooks } from '../../../scripts/platform/process/while-running.ts';
import { createWorkspace } from '../../../scripts/platform/process/workspace.ts';

/** As in cdk.json: the CLI runs in the project's folder, with this Node first on its path. */
const app = 'node examples/jobs/stack/app.ts';

/** The outputs of the stack. */
export interface Outputs {
  readonly ApiId: string;
  readonly JobsTable: string;
  readonly QueueUrl: string;
  readonly DeadLetterUrl: string;
}

export interface JobsPlatform {
  readonly target: Target;
  readonly gateway: Gateway;
  readonly issuer: Issuer;
  readonly outputs: Outputs;
  /** Forwards requests to the API, whose gateway is part of the engine. */
  readonly forwarder: Forwarder;
  stop(): Promise<void>;
}

/** Starts engine, gateway and issuer, and deploys the example with CDK. `stop` ends all of it. */
export async function startJobs(bug: string | undefined, hooks: Hooks): Promise<JobsPlatform> {
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    return { ...(await start(bug, hooks, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(bug: string | undefined, { onProgress, onCrash }: Hooks, stops: (() => unknown)[]) {
  const workspace = createWorkspace();
  stops.push(() => workspace.remove());
  const gateway = new Gateway();
  stops.push(() => gateway.stop());
  await gateway.start();
  const issuer = await startIssuer();
  stops.push(() => issuer.stop());
  const { target, forwarder, engine } = await startEmbedded({ workspace, gateway, onProgress });
  stops.push(() => engine.stop());
  void engine.crashed.then(onCrash);
  gateway.faults.enginePid = engine.pid;
  onProgress('deploying the example with CDK');
  await bootstrapOnce(target);
  const context = { issuer: issuer.url, audience: issuer.audience, ...(bug !== undefined && { bug }) };
  const file = join(workspace.folder, 'outputs.json');
  const assembly = join(workspace.folder, 'cdk.out');
  mkdirSync(assembly, { recursive: true });
  await runCdk(
    workspace,
    target,
    [
      ...['deploy', '--all', '--app', app, '--output', assembly, '--require-approval', 'never', '--method', 'direct'],
      ...['--outputs-file', file, '--no-notices', '--no-version-reporting'],
      ...Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    () => {},
  );
  const stacks = Object.values(JSON.parse(await readFile(file, 'utf8')) as Record<string, object>);
  return { target, gateway, issuer, forwarder, outputs: Object.assign({}, ...stacks) as Outputs };
}

async function bootstrapOnce(target: Target): Promise<void> {
  const sdk = clients(target);
  await bootstrap(sdk, target);
  for (const client of Object.values(sdk)) client.destroy();
}
