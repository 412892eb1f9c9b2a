import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectFolder } from '../../platform/process/paths.ts';
import type { DrillSystem } from './drill.ts';

export interface CommandEnd {
  /** Null: it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `npm run restore` as an operator would, in a process of its own.
 *
 * @param killAt kills it as soon as it reports this step
 */
export function runRestore(
  system: DrillSystem,
  args: readonly string[],
  { journal, killAt }: { readonly journal: string; readonly killAt?: string },
): Promise<CommandEnd> {
  const { endpointUrl, region, credentials, stage, partnerUrl } = system;
  const all = [...args, '--stage', stage, '--journal', journal, '--book', `${partnerUrl}/book`];
  const script = join(projectFolder, 'scripts/commands/operate/restore.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...all], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      ...(endpointUrl !== undefined && { AWS_ENDPOINT_URL: endpointUrl }),
      // Not the platform that somebody else runs on this machine.
      PLATFORM_FILE: join(journal, '..', 'none.json'),
    },
  });
  const stop = () => child.kill('SIGKILL');
  process.prependOnceListener('exit', stop);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (piece: string) => {
      texts[name] += piece;
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
