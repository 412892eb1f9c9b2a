import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli/cli.ts';

/** Generated files and folders: they are written again instead of merged. */
export const generatedFiles = [
  'package-lock.json',
  'docs/openapi.json',
  'test/synth/aws/__snapshots__/snapshot.test.ts.snap',
  'observability',
] as const;

export interface Task {
  readonly name: string;
  readonly command: readonly string[];
}

/**
 * Writes the lock file without packages that left package.json. The others are already locked, so it needs no network.
 */
export function writeLockFile(folder: string, options: { readonly offline: boolean }): void {
  const npm = process.env.npm_execpath;
  const args = ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const all = options.offline ? [...args, '--offline'] : args;
  runTask(folder, { name: 'the lock file', command: npm ? [process.execPath, npm, ...all] : ['npm', ...all] });
}

/** Run in sequence; the first installs the packages. */
export function listGeneration(folder: string): Task[] {
  const tasks: Task[] = [
    { name: 'docs/openapi.json', command: node('maintain/openapi') },
    { name: 'observability', command: node('maintain/observability') },
  ];
  const snapshots = { name: 'snapshots', command: vitest('synth') };
  return existsSync(join(folder, 'test/synth/aws')) ? [...tasks, snapshots] : tasks;
}

/** Checks that a fork and an upgrade must pass. */
export const checks: readonly Task[] = ['types', 'lint', 'unit', 'synth'].map((part) => ({
  name: part,
  command: node('prove/test', '--only', part),
}));

function node(...args: readonly string[]): string[] {
  return [process.execPath, 'scripts/run.mjs', ...args];
}

function vitest(project: string): string[] {
  return [
    'node_modules/.bin/vitest',
    'run',
    '--project',
    project,
    '-u',
    '--reporter=dot',
    'test/synth/aws/snapshot.test.ts',
  ];
}

/** @throws with the end of its output if it fails */
export function runTask(folder: string, { name, command: [program = '', ...args] }: Task): void {
  const inherited = Object.entries(process.env).filter(
    ([key]) => !/^(VITEST|TEST_|NODE_OPTIONS|npm_(config_local_prefix|package|lifecycle))/.test(key),
  );
  const env = { ...Object.fromEntries(inherited), NO_COLOR: '1' };
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: folder,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status === 0) return;
  // Progress is on stderr, a verdict at the end of stdout: one alone would hide the other.
  const ends = [stderr, stdout, error?.message].map((text) => (text ?? '').trim().slice(-1_500));
  const output = ends.filter((end) => end !== '').join('\n');
  throw new CliError('check_failed', `${name} failed:\n  ${output}`, `In ${folder}: ${args.join(' ')}`);
}
