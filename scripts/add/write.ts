import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CliError } from '../cli/cli.ts';
import { git } from '../upgrade/git.ts';

/** @throws when the folder has uncommitted changes, which could not be told from a command's additions */
export function requireClean(folder: string): void {
  const changed = git(folder, 'status', '--porcelain').split('\n').filter(Boolean);
  if (changed.length === 0) return;
  throw new CliError(
    'tree_dirty',
    `there are ${changed.length} changes that are not committed, such as ${changed[0]?.trim().split(' ').at(-1)}`,
    'Commit or stash them first, so that one command can undo what this one adds.',
  );
}

/** Formats the files in a temporary folder, so that nothing is written to the project before all of them are ready. */
export function format(folder: string, files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const workshop = mkdtempSync(join(tmpdir(), 'add-'));
  try {
    cpSync(join(folder, 'biome.json'), join(workshop, 'biome.json'));
    writeFiles(workshop, files);
    const biome = join(folder, 'node_modules/@biomejs/biome/bin/biome');
    const args = [biome, 'check', '--write', '--vcs-enabled=false', workshop];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: workshop, encoding: 'utf8' });
    if (status !== 0) throw new Error(`the new code cannot be formatted:\n${stdout}${stderr}`);
    return new Map([...files.keys()].map((path) => [path, readFileSync(join(workshop, path), 'utf8')]));
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

export function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

export interface Changes {
  readonly added: readonly string[];
  readonly changed: readonly string[];
}

export function listChanges(folder: string, files: Iterable<string>): Changes {
  const all = [...files];
  const isThere = (path: string) => existsSync(join(folder, path));
  return { added: all.filter((path) => !isThere(path)), changed: all.filter(isThere) };
}

/** The command that undoes the changes. */
export function toUndo({ added, changed }: Changes): string {
  const restore = changed.length > 0 ? [`git restore ${changed.join(' ')}`] : [];
  const clean = added.length > 0 ? [`git clean --force --quiet -- ${added.join(' ')}`] : [];
  return [...restore, ...clean].join(' && ');
}

export function undo(folder: string, { added, changed }: Changes): void {
  if (changed.length > 0) git(folder, 'restore', '--', ...changed);
  for (const path of added) rmSync(join(folder, path), { force: true });
}

/** All changes since the working tree was clean, including those by commands. */
export function listWritten(folder: string): Changes {
  const list = (...args: readonly string[]) =>
    git(folder, ...args, '-z')
      .split('\0')
      .filter(Boolean);
  return { added: list('ls-files', '--others', '--exclude-standard'), changed: list('diff', '--name-only', 'HEAD') };
}
