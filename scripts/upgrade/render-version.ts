import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli/cli.ts';
import { projectFolder } from '../platform/process/paths.ts';
import { git } from './git.ts';
import { type Template, templateFile } from './template.ts';

/** The committed files of a version, without its history. */
export function extractVersion(repository: string, commit: string, into: string): void {
  mkdirSync(into, { recursive: true });
  const archive = join(into, '..', `${commit}.tar`);
  git(repository, 'archive', '--format=tar', '-o', archive, commit);
  const { status, stderr } = spawnSync('tar', ['-xf', archive, '-C', into], { encoding: 'utf8' });
  rmSync(archive);
  if (status !== 0) throw new CliError('tar_failed', `tar failed: ${stderr?.trim()}`, 'tar must be on the PATH.');
}

/** Renders the fork's form of a version from its bare files, by the version's own code. */
export function renderVersion(folder: string, template: Omit<Template, 'version'>): Template {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  run(folder, process.execPath, ['scripts/fork/render.ts', JSON.stringify(template.answers)]);
  const { commit, source, answers } = template;
  const written: Template = { version, commit, source, answers };
  writeFileSync(join(folder, templateFile), JSON.stringify(written));
  // Longer names break other lines, and change the sorting of imports.
  const biome = join(projectFolder, 'node_modules/.bin/biome');
  run(folder, biome, ['check', '--write', '--linter-enabled=false', '--colors=off', '.']);
  return written;
}

function run(cwd: string, command: string, args: readonly string[]): void {
  const env = { ...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' };
  const { status, stderr, error } = spawnSync(command, args, { cwd, env, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status === 0) return;
  const text = `${stderr ?? ''}${error?.message ?? ''}`.trim();
  throw new CliError('render_failed', `${args[0]} failed: ${text.slice(-1_000)}`, 'This version cannot make a fork.');
}
