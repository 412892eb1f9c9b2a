import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../../cli.ts';
import { spawnGuarded } from '../../local/guarded-child.ts';
import { loopback } from '../../local/listen.ts';
import { lastLines } from '../../local/logs.ts';
import { projectFolder } from '../../local/paths.ts';
import type { Workspace } from '../../local/workspace.ts';
import type { Engine, Engines } from './find-engines.ts';

export interface RunningEngines {
  /** For every process that talks to them. */
  readonly env: Readonly<
    Record<
      'FIRESTORE_EMULATOR_HOST' | 'PUBSUB_EMULATOR_HOST' | 'METADATA_SERVER_DETECTION' | 'GOOGLE_CLOUD_PROJECT',
      string
    >
  >;
  readonly pids: readonly number[];
  /** Resolves with a text when one ends without having been asked to. */
  readonly crashed: Promise<string>;
  stop(): void;
}

interface Running {
  readonly host: string;
  readonly pids: readonly number[];
  /** Resolves with a text when it ends without having been asked to. */
  readonly crashed: Promise<string>;
  stop(): void;
}

const readyTimeoutMs = 30_000;

/** Starts what does not run yet; all of it on loopback, and ended with this process. */
export async function startEngines({ firestore, pubsub }: Engines, workspace: Workspace): Promise<RunningEngines> {
  const [documents, messages] = await Promise.all([
    start('firestore', firestore, workspace),
    start('pubsub', pubsub, workspace),
  ]);
  return {
    env: {
      FIRESTORE_EMULATOR_HOST: documents.host,
      PUBSUB_EMULATOR_HOST: messages.host,
      // The clients would look for the metadata server of a Google machine, for seconds.
      METADATA_SERVER_DETECTION: 'none',
      // Another one for each run: an endpoint that others started may hold what is left of the last.
      GOOGLE_CLOUD_PROJECT: `flash-sale-${randomBytes(4).toString('hex')}`,
    },
    pids: [...documents.pids, ...messages.pids],
    crashed: Promise.race([documents.crashed, messages.crashed]),
    stop() {
      documents.stop();
      messages.stop();
    },
  };
}

async function start(name: keyof Engines, engine: Engine, workspace: Workspace): Promise<Running> {
  const never = new Promise<never>(() => {});
  if (engine.kind === 'endpoint') return { host: engine.host, pids: [], crashed: never, stop() {} };
  const port = await freePort();
  const logFile = join(workspace.folder, `${name}.log`);
  const [program, args] = commandOf(name, engine, port);
  const child = spawnGuarded(workspace, program, args, {
    cwd: workspace.folder,
    env: { PATH: process.env.PATH ?? '', HOME: workspace.folder, TMPDIR: workspace.folder },
    output: openSync(logFile, 'a'),
  });
  let stopping = false;
  const crashed = once(child.process, 'exit').then(async ([code, signal]) => {
    if (stopping) return never;
    return `the ${name} engine ended with ${signal ?? `exit code ${code}`}\n${await lastLines(logFile)}`;
  });
  const stop = () => {
    // Nothing of it is kept, so there is nothing to wait for.
    stopping = true;
    child.kill();
    child.release();
  };
  const early = crashed.then((text) => Promise.reject(new CliError('engine_crashed', text, 'Run it again.')));
  await Promise.race([accepts(port), early]).catch((error: unknown) => {
    stop();
    throw error;
  });
  return { host: `${loopback}:${port}`, pids: [child.process.pid ?? 0], crashed, stop };
}

function commandOf(name: string, engine: Exclude<Engine, { kind: 'endpoint' }>, port: number): [string, string[]] {
  if (engine.kind === 'emulator') return [engine.java, [...engine.args, `--host=${loopback}`, `--port=${port}`]];
  return [process.execPath, [join(projectFolder, 'functions/adapters/google/fallback', `${name}.ts`), String(port)]];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, loopback);
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function accepts(port: number): Promise<void> {
  for (const end = Date.now() + readyTimeoutMs; Date.now() < end; await sleep(50)) {
    const socket = connect(port, loopback);
    const open = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (open) return;
  }
  throw new CliError(
    'engine_slow',
    `nothing listens on port ${port} after ${readyTimeoutMs / 1_000} s`,
    'Is the machine very busy? Run the command again.',
  );
}
