import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../cli/cli.ts';
import { localFolder } from '../platform/process/paths.ts';
import { runProgram } from '../platform/process/run-program.ts';

export interface PrometheusPrograms {
  readonly prometheus: string;
  readonly promtool: string;
}

/** Without a network, apt would try for minutes. */
const impatient = ['http', 'https'].flatMap((kind) => ['-o', `Acquire::${kind}::Timeout=20`]);

const home = join(localFolder, 'prometheus');
const inside = (folder: string): PrometheusPrograms => ({
  prometheus: join(folder, 'usr/bin/prometheus'),
  promtool: join(folder, 'usr/bin/promtool'),
});
const isOnPath = (program: string) => spawnSync(program, ['--version']).status === 0;

/** Programs on the PATH, or those that an earlier call unpacked; undefined if there are none. */
export function findPrometheus(): PrometheusPrograms | undefined {
  const programs = inside(join(home, 'debian'));
  if (existsSync(programs.promtool)) return programs;
  return isOnPath('promtool') && isOnPath('prometheus')
    ? { prometheus: 'prometheus', promtool: 'promtool' }
    : undefined;
}

/**
 * Prometheus and promtool. If they are missing, unpacks Debian's package (19 MB) below `.local`, without root. apt
 * verifies the download against the distribution's signed lists.
 *
 * @throws {CliError} apt_missing, prometheus_missing
 */
export async function installPrometheus(): Promise<PrometheusPrograms> {
  const found = findPrometheus();
  if (found) return found;
  if (!isOnPath('apt-get') || !isOnPath('dpkg'))
    throw new CliError(
      'apt_missing',
      'there is no prometheus on the PATH, and no apt-get to unpack one with',
      'Install Prometheus: https://prometheus.io/download',
    );
  await mkdir(home, { recursive: true });
  const unfinished = await mkdtemp(join(home, 'unfinished-'));
  try {
    await run('apt-get', [...impatient, 'download', 'prometheus'], unfinished);
    const [file = ''] = (await readdir(unfinished)).filter((name) => name.endsWith('.deb'));
    await run('dpkg', ['-x', file, 'files'], unfinished);
    await rename(join(unfinished, 'files'), join(home, 'debian')).catch((error: unknown) => {
      // Another process was faster: use its programs.
      if (!findPrometheus()) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return inside(join(home, 'debian'));
}

async function run(program: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, output } = await runProgram(program, args, { cwd });
  if (code === 0) return;
  throw new CliError(
    'prometheus_missing',
    `${program} ${args.join(' ')}: ${output.trim()}`,
    'Update the lists (apt-get update), or install Prometheus: https://prometheus.io/download',
  );
}
