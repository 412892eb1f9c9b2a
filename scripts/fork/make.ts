import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CliError } from '../cli/cli.ts';
import type { Progress } from '../cli/progress.ts';
import { checks, listGeneration, runTask, writeLockFile } from '../upgrade/generate.ts';
import { findCommit, git, runGit, toIdentity } from '../upgrade/git.ts';
import { extractVersion, renderVersion } from '../upgrade/render-version.ts';
import type { Template } from '../upgrade/template.ts';
import { type Answers, toStored } from './answers.ts';
import { findCollisions, type Source } from './collisions.ts';
import { toRename } from './rename.ts';

export interface ForkPlan {
  /** The repository of this project. */
  readonly from: string;
  /** A tag, a branch or a commit. */
  readonly version: string;
  readonly into: string;
  readonly answers: Answers;
  readonly check: boolean;
}

export interface Preview {
  /** Files of this project that the fork lacks, by folder. */
  readonly leftOut: ReadonlyMap<string, number>;
  /** Changed paths, before and after. */
  readonly moved: readonly (readonly [from: string, to: string])[];
  readonly files: number;
}

/**
 * Makes a fork in a folder beside its destination, and moves it there once it is committed: a failure leaves nothing.
 */
export function makeFork(plan: ForkPlan, progress: Progress): Template {
  const into = resolve(plan.into);
  requireFree(into);
  const commit = findCommit(plan.from, plan.version);
  mkdirSync(dirname(into), { recursive: true });
  const workshop = mkdtempSync(join(dirname(into), `.${basename(into)}-`));
  try {
    const folder = join(workshop, basename(into));
    const template = fill(plan, commit, folder, progress);
    renameSync(folder, into);
    if (plan.check) runChecks(into, progress);
    return template;
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

/** Shows the differences of a fork, and leaves nothing. */
export function previewFork({ from, version, answers }: Omit<ForkPlan, 'into' | 'check'>, workshop: string): Preview {
  const commit = findCommit(from, version);
  const folder = join(workshop, 'fork');
  extractVersion(from, commit, folder);
  refuseCollisions(answers, folder);
  const before = listFiles(folder);
  renderVersion(folder, { commit, source: null, answers: toStored(answers) });
  const after = new Set(listFiles(folder));
  const rename = toRename(answers.names);
  const pairs = before.map((path) => [path, rename(path, '').path] as const);
  const kept = pairs.filter(([, to]) => after.has(to));
  const gone = pairs.filter(([, to]) => !after.has(to)).map(([path]) => path.split('/').slice(0, 2).join('/'));
  const leftOut = new Map([...new Set(gone)].map((place) => [place, gone.filter((one) => one === place).length]));
  return { leftOut, moved: kept.filter(([path, to]) => path !== to), files: after.size };
}

const listFiles = (folder: string): string[] =>
  globSync('**/*', { cwd: folder, exclude: (path) => path === 'node_modules' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();

function fill(plan: ForkPlan, commit: string, folder: string, progress: Progress): Template {
  progress.step(`copying version ${commit.slice(0, 12)}`);
  extractVersion(plan.from, commit, folder);
  refuseCollisions(plan.answers, folder);
  progress.step('renaming');
  const template = renderVersion(folder, { commit, source: findSource(plan.from), answers: toStored(plan.answers) });
  progress.step('writing the lock file');
  writeLockFile(folder, { offline: true });
  for (const task of plan.check ? listGeneration(folder) : []) {
    progress.step(`writing ${task.name}`);
    runTask(folder, task);
  }
  git(folder, 'init', '--quiet', '--initial-branch=main');
  git(folder, 'add', '--all');
  const message = `chore: begin from version ${template.version}\n\nMade from ${commit} with the answers in template.json.`;
  runGit(folder, ['commit', '--quiet', '--no-verify', '-m', message], { env: toIdentity(folder) });
  return template;
}

function runChecks(folder: string, progress: Progress): void {
  for (const task of checks) {
    progress.step(`checking ${task.name}`);
    runTask(folder, task);
  }
}

/** The address for later upgrades: one that others can reach, never a path of this machine. */
function findSource(repository: string): string | null {
  const { code, text } = runGit(repository, ['remote', 'get-url', 'origin'], { codes: [0, 2, 128] });
  return code === 0 && /^(https?:|ssh:|git@)/.test(text) ? text.replace(/\/\/[^@/]*@/, '//') : null;
}

function requireFree(into: string): void {
  if (!existsSync(into)) return;
  throw new CliError('folder_taken', `--into is ${into}, which exists already`, 'Name a folder that does not exist.');
}

function refuseCollisions(answers: Answers, folder: string): void {
  const [first, ...others] = findCollisions(answers.names, readSources(folder));
  if (first === undefined) return;
  throw new CliError('name_refused', first, [...others, 'Nothing was made. Choose another word.'].join('\n'));
}

function readSources(folder: string): Source[] {
  const files = globSync('{functions,stacks,scripts,examples,storefront,test}/**/*.*', { cwd: folder });
  return files
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}
