import { spawnSync } from 'node:child_process';
import { CliError } from '../cli/cli.ts';

export interface GitOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Exit codes that are not errors; only 0 by default. */
  readonly codes?: readonly number[];
}

export interface GitEnd {
  readonly code: number;
  readonly text: string;
}

/** Runs git in a folder. @throws a CliError with git's own words if it is missing or fails */
export function runGit(folder: string, args: readonly string[], options: GitOptions = {}): GitEnd {
  const { env, input, codes = [0] } = options;
  // Variables of a surrounding git command, a hook's for example, would point to its repository.
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^GIT_(DIR|INDEX|WORK)/.test(name)));
  const end = spawnSync('git', args, {
    cwd: folder,
    env: { ...own, ...env },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    ...(input !== undefined && { input }),
  });
  if (end.error) throw toMissing(end.error as NodeJS.ErrnoException);
  const code = end.status ?? 1;
  if (codes.includes(code)) return { code, text: end.stdout.trim() };
  const [first = ''] = end.stderr.trim().split('\n');
  throw new CliError('git_failed', `git ${args[0]} failed: ${first}`, `In ${folder}: git ${args.join(' ')}`);
}

function toMissing(error: NodeJS.ErrnoException): CliError {
  if (error.code === 'ENOENT')
    return new CliError(
      'git_missing',
      'git is not installed, or not on the PATH',
      'Install it from https://git-scm.com.',
    );
  return new CliError('git_failed', `git did not start: ${error.message}`, 'Run git --version.');
}

export const git = (folder: string, ...args: readonly string[]): string => runGit(folder, args).text;

/** The commit that a tag, a branch or a commit id names. */
export function findCommit(repository: string, version: string): string {
  const isName = !version.startsWith('-');
  const { code, text } = isName
    ? runGit(repository, ['rev-parse', '--verify', '--quiet', `${version}^{commit}`], { codes: [0, 1, 128] })
    : { code: 1, text: '' };
  if (code === 0) return text;
  const tags = git(repository, 'tag', '--list').split('\n').filter(Boolean).slice(-5).join(', ');
  throw new CliError(
    'version_unknown',
    `there is no version '${version}'`,
    tags === '' ? 'It has no tags; name a commit or a branch.' : `The last tags: ${tags}.`,
  );
}

/** The committer: git's own setting, or a name for this machine if none is set. */
export function toIdentity(folder: string): NodeJS.ProcessEnv {
  if (runGit(folder, ['config', 'user.email'], { codes: [0, 1] }).code === 0) return {};
  const [name, email] = ['template', 'template@localhost'];
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}
