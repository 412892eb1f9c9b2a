import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../cli/cli.ts';
import type { Progress } from '../cli/progress.ts';
import { checks, generatedFiles, listGeneration, runTask, writeLockFile } from './generate.ts';
import { findCommit, git, runGit, toIdentity } from './git.ts';
import { extractVersion, renderVersion } from './render-version.ts';
import { readTemplate, type Template, templateFile } from './template.ts';

export interface UpgradePlan {
  readonly folder: string;
  /** A path or an address; the template's own when missing. */
  readonly from?: string | undefined;
  readonly to: string;
  readonly check: boolean;
}

export interface Upgrade {
  readonly branch: string;
  readonly version: string;
  /** Files that both sides changed in the same place. */
  readonly conflicts: readonly string[];
}

/** Merges the template's changes between the fork's version and a later one, on a separate branch. */
export function upgrade(plan: UpgradePlan, progress: Progress): Upgrade | undefined {
  const { folder } = plan;
  const template = readTemplate(folder);
  requireClean(folder);
  requireNoneBegun(folder);
  const workshop = mkdtempSync(join(tmpdir(), 'upgrade-'));
  try {
    progress.step('fetching the version');
    const source = fetchSource(plan.from ?? template.source, workshop);
    const commit = findCommit(source, plan.to);
    if (commit === template.commit) return undefined;
    requireBase(source, template.commit);
    progress.step('making both versions');
    const before = render(folder, workshop, source, template, 'before');
    const after = render(folder, workshop, source, { ...template, commit }, 'after');
    progress.step('merging');
    const merged = merge(folder, before, after, plan.to);
    if (merged.conflicts.length === 0) finish(folder, merged, plan.check, progress);
    return merged;
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

function requireClean(folder: string): void {
  const [first] = git(folder, 'status', '--porcelain').split('\n').filter(Boolean);
  if (first === undefined) return;
  throw new CliError('tree_dirty', `there are uncommitted changes: ${first.trim()}`, 'Commit or stash them first.');
}

interface Begun {
  readonly branch: string;
  /** The branch or commit before the upgrade. */
  readonly head: string;
}

/** Inside git's own folder, so that it is never committed. */
const stateFile = (folder: string) => join(git(folder, 'rev-parse', '--absolute-git-dir'), 'template-upgrade.json');

const readBegun = (folder: string): Begun | undefined =>
  existsSync(stateFile(folder)) ? (JSON.parse(readFileSync(stateFile(folder), 'utf8')) as Begun) : undefined;

/** An upgrade is over once its branch was merged, or deleted. */
function requireNoneBegun(folder: string): void {
  const begun = readBegun(folder);
  if (!begun) return;
  const { code } = runGit(folder, ['merge-base', '--is-ancestor', begun.branch, 'HEAD'], { codes: [0, 1, 128] });
  const isOn = git(folder, 'rev-parse', '--abbrev-ref', 'HEAD') === begun.branch;
  if ((code === 0 && !isOn) || code === 128) {
    rmSync(stateFile(folder));
    return;
  }
  throw new CliError(
    'upgrade_begun',
    `an upgrade is on the branch ${begun.branch}`,
    'Merge it, or undo it with --abort.',
  );
}

function fetchSource(from: string | null, workshop: string): string {
  if (from === null)
    throw new CliError('source_missing', 'template.json names no address to fetch from', 'Give one with --from.');
  const repository = join(workshop, 'source.git');
  try {
    git(workshop, 'clone', '--quiet', '--bare', from, repository);
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'git_failed') throw error;
    throw new CliError(
      'source_unreachable',
      `--from is ${from}: ${error.message}`,
      'Name a repository of the template.',
    );
  }
  return repository;
}

function requireBase(source: string, commit: string): void {
  if (runGit(source, ['cat-file', '-e', `${commit}^{commit}`], { codes: [0, 1, 128] }).code === 0) return;
  throw new CliError(
    'base_missing',
    `the source has no commit ${commit}, which this fork was made from`,
    "Pass the fork's source repository with --from.",
  );
}

interface Rendered {
  readonly commit: string;
  readonly version: string;
}

/** The fork's form of a version as a commit without a parent, in the fork's own repository. */
function render(folder: string, workshop: string, source: string, template: Template, name: string): Rendered {
  const place = join(workshop, name);
  extractVersion(source, template.commit, place);
  const { version } = renderVersion(place, { ...template });
  const index = { GIT_INDEX_FILE: join(workshop, `${name}.index`) };
  const repository = git(folder, 'rev-parse', '--absolute-git-dir');
  const into = (args: readonly string[], input?: string) =>
    runGit(place, [`--git-dir=${repository}`, `--work-tree=${place}`, ...args], { env: index, ...(input && { input }) })
      .text;
  into(['add', '--all', '--force']);
  if (name === 'before') keepGenerated(folder, into);
  const tree = into(['write-tree']);
  const commit = runGit(folder, ['commit-tree', tree, '-m', `template ${version}`], { env: toIdentity(folder) }).text;
  return { commit, version };
}

/** Replaces old generated files by the fork's own, so that the new ones merge without a conflict. */
function keepGenerated(folder: string, into: (args: readonly string[], input?: string) => string): void {
  for (const path of [...generatedFiles, templateFile]) {
    into(['rm', '-r', '--cached', '--quiet', '--ignore-unmatch', '--', path]);
    const entries = git(folder, 'ls-tree', '-r', 'HEAD', '--', path);
    if (entries !== '') into(['update-index', '--add', '--index-info'], `${entries}\n`);
  }
}

function merge(folder: string, before: Rendered, after: Rendered, name: string): Upgrade {
  const head = git(folder, 'rev-parse', 'HEAD');
  const on = git(folder, 'rev-parse', '--abbrev-ref', 'HEAD');
  const label = /^[\w.-]+$/.test(name) && name !== 'HEAD' ? name : after.version;
  const branch = `upgrade-${label}-${after.commit.slice(0, 7)}`;
  git(folder, 'switch', '--quiet', '--create', branch);
  writeFileSync(stateFile(folder), JSON.stringify({ branch, head: on === 'HEAD' ? head : on } satisfies Begun));
  // Git's merge with a chosen base: the two versions are not part of the fork's history.
  const labels = { [`GITHEAD_${head}`]: 'the fork', [`GITHEAD_${after.commit}`]: `version ${after.version}` };
  runGit(folder, ['-c', 'merge.renameLimit=10000', 'merge-recursive', before.commit, '--', head, after.commit], {
    env: labels,
    codes: [0, 1],
  });
  const conflicts = git(folder, 'diff', '--name-only', '--diff-filter=U').split('\n').filter(Boolean);
  return { branch, version: after.version, conflicts };
}

function finish(folder: string, { version }: Upgrade, check: boolean, progress: Progress): void {
  progress.step('writing the lock file');
  writeLockFile(folder, { offline: false });
  for (const task of check ? listGeneration(folder) : []) {
    progress.step(`writing ${task.name}`);
    runTask(folder, task);
  }
  git(folder, 'add', '--all');
  const message = `chore: upgrade to version ${version}`;
  runGit(folder, ['commit', '--quiet', '--no-verify', '--allow-empty', '-m', message], { env: toIdentity(folder) });
  for (const task of check ? checks : []) {
    progress.step(`checking ${task.name}`);
    runTask(folder, task);
  }
}

/** Returns to the state before the upgrade, and deletes the branch. @returns its name */
export function abort(folder: string): string {
  readTemplate(folder);
  const begun = readBegun(folder);
  if (!begun) throw new CliError('nothing_begun', 'no upgrade has begun here', 'There is nothing to undo.');
  if (git(folder, 'rev-parse', '--abbrev-ref', 'HEAD') === begun.branch) {
    git(folder, 'reset', '--quiet', '--hard');
    git(folder, 'switch', '--quiet', ...(/^[0-9a-f]{40,}$/.test(begun.head) ? ['--detach'] : []), begun.head);
  }
  runGit(folder, ['branch', '--quiet', '-D', begun.branch], { codes: [0, 1] });
  rmSync(stateFile(folder));
  return begun.branch;
}
