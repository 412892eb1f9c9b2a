// Plain JavaScript without dependencies: it runs before anything is installed, and on older Node versions.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
 * Runs `npm ci` in a folder with a lock file if its node_modules is missing, incomplete, or from another lock file. One
 * process at a time: a second `npm ci` would empty the folder that the first one fills.
 */
export function installPackages(folder, notice) {
  const wanted = hash(readFileSync(join(folder, 'package-lock.json')));
  if (isInstalled(folder, wanted)) return;
  const release = waitForTurn(folder);
  try {
    if (!isInstalled(folder, wanted)) install(folder, notice, wanted);
  } finally {
    release();
  }
}

const hash = (content) => createHash('sha256').update(content).digest('hex');
const stampOf = (folder) => join(folder, 'node_modules', '.installed');

function isInstalled(folder, wanted) {
  return existsSync(stampOf(folder)) && readFileSync(stampOf(folder), 'utf8') === wanted;
}

/** Longer than an install over a slow connection. */
const turnTimeoutMs = 10 * 60_000;

/** Waits until no other process installs into this folder. @returns a function that ends the turn */
function waitForTurn(folder) {
  // Not in the folder itself: it may be a user's, and `npm ci` empties node_modules.
  const file = join(tmpdir(), `npm-ci-${hash(realpathSync(folder)).slice(0, 16)}.pid`);
  const end = Date.now() + turnTimeoutMs;
  for (let told = false; !takeFile(file); told = true) {
    if (!told) process.stderr.write(`waiting for another process, which installs ${folder} ...\n`);
    if (Date.now() > end)
      throw new InstallError(
        'install_busy',
        `process ${readHolder(file) ?? 'unknown'} has been installing ${folder} for ${turnTimeoutMs / 60_000} minutes`,
        `End that process. If it is not an install: rm ${file}`,
      );
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
  }
  return () => rmSync(file, { force: true });
}

/** @returns false while the process that the file names is alive */
function takeFile(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const holder = readHolder(file);
    if (holder !== undefined && !isAlive(holder)) rmSync(file, { force: true });
    return false;
  }
}

/** Undefined while the other process is writing its id, and when it has just ended. */
function readHolder(file) {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process.
    return error.code === 'EPERM';
  }
}

function install(folder, notice, wanted) {
  if (isInstalledByHand(folder)) return writeFileSync(stampOf(folder), wanted);
  refuseLink(join(folder, 'node_modules'));
  process.stderr.write(notice);
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm's variables name the project's folder; this folder may be another.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config_local_prefix|package)/.test(name)),
  );
  const options = { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
  const stopTicking = tick(folder);
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: windows });
  stopTicking();
  if (result.status !== 0) throw toInstallError(`${result.stderr ?? ''}${result.error?.message ?? ''}`);
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  writeFileSync(stampOf(folder), wanted);
}

/** `npm ci` would first empty the folder that the link names, which is another checkout's. */
function refuseLink(modules) {
  if (!lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  throw new InstallError(
    'install_through_link',
    `${modules} is a link to packages of another lock file, and npm ci would delete them`,
    'Delete the link, and run the same command again.',
  );
}

/**
 * Shows that the install makes progress: npm prints nothing for a minute, and blocks this process. A second process
 * counts the package folders, on a terminal every second, elsewhere every ten.
 */
function tick(folder) {
  const program = `
    const { readdirSync } = require('node:fs');
    const [folder] = process.argv.slice(1);
    const terminal = process.stderr.isTTY;
    const count = (path) => {
      try { return readdirSync(path).reduce((sum, name) => sum + (name[0] === '@' ? count(path + '/' + name) : 1), 0); } catch { return 0; }
    };
    const start = Date.now();
    setInterval(() => {
      const text = '  ' + Math.round((Date.now() - start) / 1000) + ' s, ' + count(folder) + ' packages';
      process.stderr.write(terminal ? '\\r\\x1b[K' + text : text + '\\n');
    }, terminal ? 1000 : 10000);
    const end = () => { if (terminal) process.stderr.write('\\r\\x1b[K'); process.exit(); };
    process.stdin.on('end', end).on('error', end).resume();`;
  const ticker = spawn(process.execPath, ['-e', program, join(folder, 'node_modules')], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  ticker.on('error', () => {});
  ticker.stdin.on('error', () => {});
  ticker.unref();
  return () => ticker.stdin.end();
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
