import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, openSync } from 'node:fs';
import { request } from 'node:http';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../../cli/cli.ts';
import { engineConcurrency, idleWorkerSeconds } from '../api/capacity.ts';
import type { Upstream } from '../http/forward.ts';
import { freePort } from '../http/free-port.ts';
import { loopback } from '../http/listen.ts';
import { type GuardedChild, spawnGuarded } from '../process/guarded-child.ts';
import { keepLog, lastLines } from '../process/logs.ts';
import type { Workspace } from '../process/workspace.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Engine {
  readonly upstream: Upstream;
  readonly credentials: Credentials;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves with a description when the engine exits unexpectedly. */
  readonly crashed: Promise<string>;
  /** Kills the engine and its workers immediately, like the loss of their machines. */
  kill(): void;
  stop(): Promise<void>;
}

export interface EngineOptions {
  readonly interpreter: string;
  readonly workspace: Workspace;
  /** The gateway's port, which functions and queue URLs use to reach the engine. */
  readonly gatewayPort: number;
  readonly region: string;
  /** Additional environment variables of the engine. Functions inherit all of them. */
  readonly env?: Readonly<Record<string, string>>;
}

const windows = process.platform === 'win32';
const readyTimeoutMs = 30_000;
const stopTimeoutMs = 3_000;
/** In bytes. macOS has the lowest limit for a socket path: 104 bytes. */
const maxSocketPathBytes = 100;

/** Uvicorn parses HTTP in C and handles 50 % more orders per second than Hypercorn, the engine's default. */
const server = [
  ...[join(import.meta.dirname, 'engine.py'), 'ministack.app:app'],
  ...['--http', 'httptools', '--loop', windows ? 'asyncio' : 'uvloop'],
  ...['--ws', 'none', '--lifespan', 'on', '--no-server-header', '--no-date-header', '--no-access-log'],
  ...['--log-level', 'warning', '--timeout-keep-alive', '86400', '--timeout-graceful-shutdown', '1'],
];

export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { interpreter, workspace } = options;
  const credentials = { accessKeyId: `AKIA${randomKey(16)}`, secretAccessKey: randomKey(40) };
  const { bind, upstream } = await chooseAddress(workspace.folder);
  const logFile = join(workspace.folder, 'engine.log');
  const log = openSync(logFile, 'a');
  const child = spawnGuarded(workspace, interpreter, [...server, ...bind], {
    cwd: workspace.folder,
    env: environment(options, credentials),
    output: log,
  });
  let stopping = false;
  const crashed = once(child.process, 'exit').then(async ([code, signal]) => {
    if (stopping) return new Promise<never>(() => {});
    return `the engine exited with ${signal ?? `exit code ${code}`}\n${await lastLines(logFile)}`;
  });
  const stop = async () => {
    stopping = true;
    await stopEngine(child, upstream);
    child.release();
  };
  await waitUntilReady(upstream, crashed, logFile).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const kill = () => {
    stopping = true;
    child.kill();
  };
  return { upstream, credentials, pid: child.process.pid ?? 0, logFile, crashed, kill, stop };
}

/** Excludes the user's environment, because functions inherit all of the engine's. */
function environment(options: EngineOptions, credentials: Credentials): Record<string, string> {
  const { workspace, gatewayPort, region } = options;
  const folder = (name: string) => {
    const path = join(workspace.folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  return {
    PATH: [dirname(process.execPath), ...(windows ? [] : ['/usr/bin', '/bin'])].join(delimiter),
    HOME: folder('home'),
    TMPDIR: folder('tmp'),
    ...(windows
      ? { SystemRoot: process.env.SystemRoot ?? 'C:\\Windows', TEMP: folder('tmp'), TMP: folder('tmp') }
      : {}),
    STATE_DIR: folder('state'),
    S3_DATA_DIR: folder('s3'),
    LANG: 'C.UTF-8',
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
    GATEWAY_PORT: String(gatewayPort),
    MINISTACK_HOST: loopback,
    MINISTACK_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AUTH: 'true',
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    LAMBDA_EXECUTOR: 'local',
    // The SDK adds it to its user agent, as in Lambda; the gateway recognizes functions' calls by it.
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    LAMBDA_ACCOUNT_CONCURRENCY: String(engineConcurrency),
    LAMBDA_WARM_TTL_SECONDS: String(idleWorkerSeconds),
    LOG_LEVEL: 'WARNING',
    // With a small young generation, a worker takes 95 MB under load instead of 150 MB, at the same rate.
    NODE_OPTIONS: '--disable-warning=DEP0169 --max-semi-space-size=2',
    ...options.env,
  };
}

/** Chooses a Unix socket, which only this user can reach, or a random loopback port where sockets are unusable. */
async function chooseAddress(folder: string): Promise<{ bind: readonly string[]; upstream: Upstream }> {
  const socketPath = join(folder, 'engine.sock');
  if (!windows && Buffer.byteLength(socketPath) <= maxSocketPathBytes)
    return { bind: ['--uds', socketPath], upstream: { socketPath } };
  const port = await freePort();
  return {
    bind: ['--host', loopback, '--port', String(port)],
    upstream: { url: new URL(`http://${loopback}:${port}`) },
  };
}

async function waitUntilReady(upstream: Upstream, crashed: Promise<string>, logFile: string): Promise<void> {
  const end = Date.now() + readyTimeoutMs;
  const crash = crashed.then((text) => {
    throw new CliError('engine_crashed', text, `See the whole log in ${keepLog(logFile)}`);
  });
  while (Date.now() < end) {
    if ((await Promise.race([call(upstream, 'GET', '/_ministack/health', 2_000), crash])) === 200) return;
    await sleep(30);
  }
  throw new CliError(
    'engine_timeout',
    `the engine did not answer within ${readyTimeoutMs / 1000} s\n${await lastLines(logFile)}`,
    `If the machine is very busy, try again. See the whole log in ${keepLog(logFile)}`,
  );
}

/** Resets first, because SIGTERM alone waits for running invocations and can leave workers behind. */
async function stopEngine(child: GuardedChild, upstream: Upstream): Promise<void> {
  const { exitCode, signalCode } = child.process;
  if (exitCode === null && signalCode === null) {
    const exited = once(child.process, 'exit');
    await call(upstream, 'POST', '/_ministack/reset', stopTimeoutMs);
    child.process.kill('SIGTERM');
    await Promise.race([exited, sleep(stopTimeoutMs, undefined, { ref: false })]);
  }
  child.kill();
}

function call(upstream: Upstream, method: string, path: string, timeoutMs: number): Promise<number> {
  const target =
    'socketPath' in upstream ? { socketPath: upstream.socketPath } : { hostname: loopback, port: upstream.url.port };
  return new Promise((resolve) => {
    const outgoing = request({ ...target, method, path, timeout: timeoutMs, agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.once('error', () => resolve(0)).once('timeout', () => outgoing.destroy());
    outgoing.end();
  });
}

function randomKey(length: number): string {
  return randomBytes(length).toString('hex').toUpperCase().slice(0, length);
}
