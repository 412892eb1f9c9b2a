import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { project } from '../../../functions/contracts/project.ts';
import { freePort } from '../../platform/http/free-port.ts';
import { loopback } from '../../platform/http/listen.ts';
import { projectFolder } from '../../platform/process/paths.ts';
import type { Workspace } from '../../platform/process/workspace.ts';
import { type Child, startChild } from './child.ts';
import type { Engine, Engines } from './find-engines.ts';

export interface RunningEngines {
  /** The environment of every process that uses the engines. */
  readonly env: Readonly<Record<string, string>>;
  /** The engines that this run started. */
  readonly children: readonly Child[];
  stop(): void;
}

/** Starts the engines that are not running yet, on loopback; they end with this process. */
export async function startEngines({ firestore, pubsub }: Engines, workspace: Workspace): Promise<RunningEngines> {
  const [documents, messages] = await Promise.all([
    start('firestore', firestore, workspace),
    start('pubsub', pubsub, workspace),
  ]);
  const children = [documents, messages].flatMap(({ child }) => child ?? []);
  return {
    env: {
      FIRESTORE_EMULATOR_HOST: documents.host,
      PUBSUB_EMULATOR_HOST: messages.host,
      // By default the clients search for Google's metadata server, for seconds.
      METADATA_SERVER_DETECTION: 'none',
      // New for each run: an endpoint that already runs may still hold the last run's data.
      GOOGLE_CLOUD_PROJECT: `${project}-${randomBytes(4).toString('hex')}`,
    },
    children,
    stop: () => {
      for (const child of children) child.stop();
    },
  };
}

async function start(
  name: keyof Engines,
  engine: Engine,
  workspace: Workspace,
): Promise<{ host: string; child?: Child }> {
  if (engine.kind === 'endpoint') return { host: engine.host };
  const port = await freePort();
  const [program, args] =
    engine.kind === 'emulator'
      ? [engine.java, [...engine.args, `--host=${loopback}`, `--port=${port}`]]
      : [process.execPath, [join(projectFolder, 'scripts/clouds/google/fallback', `${name}.ts`), String(port)]];
  const child = await startChild(workspace, { name: `${name}-engine`, program, args, env: {}, ports: [port] });
  return { host: `${loopback}:${port}`, child };
}
