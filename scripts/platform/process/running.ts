import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from '../../cli/cli.ts';
import { localFolder } from './paths.ts';

/** A running `npm start`, as announced to other scripts. */
export interface RunningPlatform {
  readonly pid: number;
  /** Storefront and API behind the local CDN. */
  readonly edgeUrl: string;
  readonly apiUrl: string;
  readonly endpointUrl: string | null;
  readonly issuerUrl: string;
  readonly partnerUrl: string;
  readonly metricsUrl: string | null;
  /** File with the functions' log lines while the platform runs. */
  readonly lineFile: string;
  readonly stage: string;
  readonly engine: string;
  readonly region: string;
  /** Credentials of the built-in engine, created for this run; null for the user's own credentials. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
}

/** A second platform must set its own file. */
const file = process.env.PLATFORM_FILE ?? join(localFolder, 'platform.json');

/** Announces the platform until this process exits. */
export function announce(platform: RunningPlatform): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(platform, null, 2)}\n`, { mode: 0o600 });
  process.once('exit', () => {
    if (read()?.pid === process.pid) rmSync(file, { force: true });
  });
}

/** The running platform, if any. The file of a killed process is ignored. */
export async function findRunning(): Promise<RunningPlatform | undefined> {
  const platform = read();
  if (!platform || !isAlive(platform.pid)) return undefined;
  const answer = await fetch(`${platform.issuerUrl}/.well-known/jwks.json`, {
    signal: AbortSignal.timeout(2_000),
  }).catch(() => undefined);
  return answer?.ok ? platform : undefined;
}

/** @throws {CliError} not_running */
export async function requireRunning(): Promise<RunningPlatform> {
  const platform = await findRunning();
  if (platform) return platform;
  throw new CliError('not_running', 'no platform runs on this machine', 'Start one in another terminal: npm start');
}

export async function refuseSecond(): Promise<void> {
  const platform = await findRunning();
  if (!platform) return;
  throw new CliError(
    'already_running',
    `the platform already runs as process ${platform.pid}: ${platform.apiUrl}`,
    `Use it, or stop it: kill ${platform.pid}\nOr run a second one: PLATFORM_FILE=.local/second.json npm start -- --port 0`,
  );
}

function read(): RunningPlatform | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunningPlatform;
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
