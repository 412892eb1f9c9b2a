import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../../cli/cli.ts';
import { localFolder } from '../../platform/process/paths.ts';
import { runProgram } from '../../platform/process/run-program.ts';

/** This version's checksum is in Go's database, which `go install` checks. */
const version = 'v1.7.12';

/** @returns the program; builds it once, which takes about a minute */
export async function installActionlint(): Promise<string> {
  const home = join(localFolder, 'actionlint');
  const program = join(home, version, 'actionlint');
  if (existsSync(program)) return program;
  if (spawnSync('go', ['version']).status !== 0)
    throw new CliError('go_missing', 'there is no go on the PATH', 'Install Go: https://go.dev/doc/install');
  await mkdir(home, { recursive: true });
  const unfinished = await mkdtemp(join(home, 'unfinished-'));
  try {
    const args = ['install', `github.com/rhysd/actionlint/cmd/actionlint@${version}`];
    // Go's usual caches are in the home folder; writable, so that they can be deleted.
    const caches = { GOPATH: join(unfinished, 'path'), GOCACHE: join(unfinished, 'cache') };
    const env = { ...process.env, ...caches, GOBIN: unfinished, GOFLAGS: '-mod=mod -modcacherw' };
    const { code, output } = await runProgram('go', args, { env });
    if (code !== 0)
      throw new CliError('actionlint_missing', output.trim(), 'Its source comes from the Go module proxy.');
    for (const cache of Object.values(caches)) await rm(cache, { recursive: true, force: true });
    await rename(unfinished, join(home, version)).catch((error: unknown) => {
      // Another process was faster: use its program.
      if (!existsSync(program)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return program;
}

/** @returns its findings; '' if none. It does not check scripts, which needs shellcheck. */
export function lintWorkflows(program: string, files: readonly string[]): string {
  const args = ['-no-color', '-oneline', '-shellcheck=', '-pyflakes=', ...files];
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? '' : stdout || stderr || `actionlint ended with ${status}`;
}
