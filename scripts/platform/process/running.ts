import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from '../../cli/cli.ts';
import { localFolder } from './paths.ts';

/** What a running `npm start` tells other scripts about itself. */
export interface RunningPlatform {
  readonly pid: number;
  /** Storefront and API behind the local CDN. */
  readonly edgeUrl: string;
  readonly apiUrl: string;
  readonly endpointUrl: string | null;
  readonly issuerUrl: string;
  readonly partnerUrl: string;
  readonly stage: string;
  readonly engine: string;
  readonly region: string;
  /** Of the built-in engine, made for this run; null where they are somebody's own. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
}

/** A second platform beside the first needs a file of its own. */
const file = process.env.PLATFORM_FILE ?? join(localFolder, 'platform.json');

/** Until this process ends. */
export function announce(platform: RunningPlatform): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(platform, null, 2)}\n`, { mode: 0o600 });
  process.once('exit', () => {
    if (read()?.pid === process.pid) rmSync(file, { force: true });
  });
}

/** The platform that runs now. A file left behind by a killed process counts as none. */
export async function findRunning(): Promise<RunningPlatform | undefined> {
  const platform = read();
  if (!platform || !isAlive(platform.pid)) return undefined;
  const answer = await fetch(`${platform.issuerUrl}/.well-known/jwks.json`, {
    signal: AbortSignal.timeout(2_000),
  }).catch(() => undefined);
  return answer?.ok ? platform : undefined;
}

/** @throws {CliError} not_running */
export async function needRunning(): Promise<RunningPlatform> {
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
    `Use that one, or end it: kill ${platform.pid}\nOr run a second one beside it: PLATFORM_FILE=.local/second.json npm start -- --port 0`,
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
