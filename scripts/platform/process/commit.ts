import { execFileSync } from 'node:child_process';
import { projectFolder } from './paths.ts';

/**
 * The short hash of the checkout, with `+changes` if a file was changed; `unknown` without git.
 *
 * @param written files that the caller itself writes, relative to the project; they do not count as changes
 */
export function readCommit(...written: readonly string[]): string {
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: projectFolder, encoding: 'utf8', stdio: 'pipe' }).trim();
  try {
    const changes = git('status', '--porcelain', '--', '.', ...written.map((file) => `:!${file}`));
    return `${git('rev-parse', '--short', 'HEAD')}${changes === '' ? '' : '+changes'}`;
  } catch {
    return 'unknown';
  }
}
