// Plain JavaScript without dependencies: it runs before anything is installed, and on older Node versions.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const windows = process.platform === 'win32';

/** The counterpart of CliError: code, message, and what to do. */
export class InstallError extends Error {
  constructor(code, message, hint) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/**
 * Runs `npm ci` in a folder with a lock file if its node_modules is missing, incomplete, or from another lock file.
 */
export function installPackages(folder, notice) {
  const lock = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  const stamp = join(folder, 'node_modules', '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  if (isInstalledByHand(folder)) return writeFileSync(stamp, lock);
  process.stderr.write(notice);
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm's variables name the project's folder; this folder may be another.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config_local_prefix|package)/.test(name)),
  );
  const options = { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: windows });
  if (result.status !== 0) throw toInstallError(`${result.stderr ?? ''}${result.error?.message ?? ''}`);
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  writeFileSync(stamp, lock);
}

/** A user's own `npm ci` leaves npm's record; it is current if it lists the lock file's packages. */
function isInstalledByHand(folder) {
  const record = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || present[path]?.version === entry.version,
  );
}

function toInstallError(output) {
  // npm prints the cause first, and then its usage.
  const errorLines = output.split('\n').filter((line) => /^npm error +\S/.test(line));
  const first = (errorLines.length > 0 ? errorLines : output.trim().split('\n')).slice(0, 8).join('\n  ');
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|network/i.test(output))
    return new InstallError(
      'install_offline',
      `npm ci failed because the registry does not respond:\n  ${first}`,
      'Only the first run needs the network. Check the connection, or the proxy and registry settings of npm.',
    );
  return new InstallError(
    'install_failed',
    `npm ci failed:\n  ${first}`,
    'Fix the cause and run the same command again.',
  );
}
