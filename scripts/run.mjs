// Runs a command of scripts/commands with the Node version that the project pins: node scripts/run.mjs GROUP/NAME [arguments]
// Plain JavaScript without dependencies: it runs before anything is installed, and on older Node versions.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileCache } from './cli/compile-cache.mjs';
import { InstallError, installPackages } from './cli/install-packages.mjs';

const oldestNode = 20;
const pinnedNode = 24;
const root = fileURLToPath(new URL('..', import.meta.url));
const programs = join(root, 'node_modules', '.bin');
const windows = process.platform === 'win32';

function fail(code, message, hint) {
  process.stderr.write(`\nerror ${code}: ${message}\n  ${hint}\n`);
  process.exit(1);
}

function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < oldestNode)
    fail(
      'node_too_old',
      `this is Node ${process.versions.node}, but ${oldestNode} or newer is needed`,
      'Install a newer one from https://nodejs.org. It only starts the project, which brings its own Node.',
    );
}

function install() {
  try {
    installPackages(root, 'installing packages (npm ci), once: about 30 s ...\n');
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    fail(error.code, error.message, error.hint);
  }
}

function findPinnedNode() {
  const node = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
  const version = existsSync(node) ? spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout : '';
  if (version?.startsWith(`v${pinnedNode}.`)) return node;
  return fail(
    'pinned_node_missing',
    `node_modules/node is ${version?.trim() || 'missing'}, but Node ${pinnedNode} is needed`,
    'npm may have blocked its install script. Run: npm rebuild node, or npm ci --ignore-scripts=false',
  );
}

function run(node, script, args) {
  const path = join(root, 'scripts', 'commands', `${script}.ts`);
  if (!/^[a-z-]+\/[a-z-]+$/.test(script) || !existsSync(path))
    fail(
      'script_unknown',
      `there is no command '${script}'`,
      'usage: node scripts/run.mjs GROUP/NAME [arguments], for example run/start',
    );
  // The IPC channel closes when this process is killed, which tells the script to stop.
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', path, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // As npm does: commands start the project's own tools by name, and under its Node.
    env: { ...process.env, PATH: [programs, process.env.PATH].join(delimiter), ...compileCache(root) },
  });
  const stopping = passSignalsOn(child);
  watchParent(child);
  child.once('error', (error) => fail('start_failed', error.message, 'Run npm ci and try again.'));
  child.once('exit', (code, signal) => {
    // A script that was killed by its own timeout while stopping has no exit code.
    process.exitCode = code ?? (signal && stopping.code) ?? 1;
    process.exit();
  });
}

/** Longer than any orderly stop. */
const stopTimeoutMs = 30_000;
/**
 * A terminal sends Ctrl-C to the whole group, and npm forwards it: a second signal within this time is the same
 * request.
 */
const sameRequestMs = 500;

/** Ends the script on a signal: with the same signal, and by force after a while or on the second request. */
function passSignalsOn(child) {
  const stopping = { code: undefined, since: 0 };
  const kill = () => child.kill('SIGKILL');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      if (stopping.code !== undefined && Date.now() - stopping.since > sameRequestMs) return kill();
      stopping.since ||= Date.now();
      stopping.code ??= 128 + constants.signals[signal];
      setTimeout(kill, stopTimeoutMs).unref();
      child.kill(signal);
    });
  return stopping;
}

/** npm forwards every signal except SIGKILL. After that our parent changes, and the script must stop. */
function watchParent(child) {
  const parent = process.ppid;
  if (!process.env.npm_lifecycle_event) return;
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref();
}

const [script = '', ...args] = process.argv.slice(2);
checkNode();
install();
run(findPinnedNode(), script, args);
