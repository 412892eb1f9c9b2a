import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../platform/process/paths.ts';
import type { DrillSystem } from './drill.ts';

export interface CommandEnd {
  /** Exit code; null if it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command of `scripts/commands/operate` as an operator would, in its own process.
 *
 * @param killAt kills it as soon as it reports this step
 */
export function runOperatorCommand(
  { endpointUrl, region, credentials, stage }: DrillSystem,
  name: string,
  args: readonly string[],
  killAt?: string,
): Promise<CommandEnd> {
  const script = join(projectFolder, `scripts/commands/operate/${name}.ts`);
  const all = ['--disable-warning=ExperimentalWarning', script, ...args, '--stage', stage];
  const child = spawn(process.execPath, all, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      ...(endpointUrl !== undefined && { AWS_ENDPOINT_URL: endpointUrl }),
      // Keeps the command off another platform that runs on this machine.
      PLATFORM_FILE: join(tmpdir(), 'no-such-platform.json'),
    },
  });
  const stop = () => child.kill('SIGKILL');
  process.prependOnceListener('exit', stop);
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (piece: string) => {
      texts[stream] += piece;
      if (killAt !== undefined && texts.stderr.includes(killAt)) stop();
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('exit', stop);
      resolve({ code, ...texts });
    });
  });
}
