import { randomBytes } from 'node:crypto';
import { openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { loopback } from '../../platform/http/listen.ts';
import { spawnGuarded } from '../../platform/process/guarded-child.ts';
import type { Workspace } from '../../platform/process/workspace.ts';
import { childEnvironment } from './child-environment.ts';
import { stopChild, waitForLog } from './child-log.ts';

export interface Azurite {
  readonly connectionString: string;
  readonly version: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const packages = createRequire(import.meta.url);

export const azuriteVersion = (): string => packages('azurite/package.json').version;

/**
 * Starts Azure's storage emulator with an account for this run only. On disk, never in memory: there each queue message
 * leaves an extent behind, and cleaning those up blocks everything for seconds.
 */
export async function startAzurite(workspace: Workspace): Promise<Azurite> {
  const account = `local${randomBytes(6).toString('hex')}`;
  const key = randomBytes(32).toString('base64');
  const file = join(workspace.folder, 'azurite.log');
  const services = ['blob', 'queue', 'table'];
  const child = spawnGuarded(
    workspace,
    process.execPath,
    [
      packages.resolve('azurite/dist/src/azurite.js'),
      ...['--silent', '--disableTelemetry', '--skipApiVersionCheck', '--location', join(workspace.folder, 'azurite')],
      ...services.flatMap((service) => [`--${service}Host`, loopback, `--${service}Port`, '0']),
    ],
    {
      cwd: workspace.folder,
      env: childEnvironment(workspace, { AZURITE_ACCOUNTS: `${account}:${key}` }),
      output: openSync(file, 'a'),
    },
  );
  const pattern = /successfully listening at (\S+)/g;
  const urls = await waitForLog('Azurite', child, { file, pattern, times: services.length }).catch(async (error) => {
    await stopChild(child);
    throw error;
  });
  const endpoints = services.map(
    (service, index) => `${service.replace(/^./, upper)}Endpoint=${urls[index]}/${account}`,
  );
  return {
    connectionString: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${account}`,
      `AccountKey=${key}`,
      ...endpoints,
    ].join(';'),
    version: azuriteVersion(),
    pid: child.process.pid ?? 0,
    stop: () => stopChild(child),
  };
}

const upper = (letter: string) => letter.toUpperCase();
