// Runs one of the project's scripts with the Node that the project pins: node scripts/run.mjs SCRIPT [arguments]
// Plain JavaScript without dependencies, because it runs before anything is installed, and on older Nodes.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const oldestNode = 20;
const pinnedNode = 24;
const root = fileURLToPath(new URL('..', import.meta.url));
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
      `Node ${process.versions.node} runs this, and ${oldestNode} or newer is needed`,
      'Install a newer one from https://nodejs.org; the project brings its own for everything after the first step.',
    );
}

/** Installs when node_modules is missing, was left half-made, or belongs to another lock file. */
function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  if (isInstalledByHand()) return writeFileSync(stamp, lock);
  process.stderr.write('installing packages (npm ci), once: about 30 s ...\n');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: windows });
  if (result.status !== 0) failInstall(`${result.stderr ?? ''}${result.error?.message ?? ''}`);
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(stamp, lock);
}

/** `npm ci` by the user leaves npm's own record; it is as new as the lock file when it lists the same packages. */
function isInstalledByHand() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || present[path]?.version === entry.version,
  );
}

function failInstall(output) {
  // npm tells the cause first, and then how to use it.
  const told = output.split('\n').filter((line) => /^npm error +\S/.test(line));
  const first = (told.length > 0 ? told : output.trim().split('\n')).slice(0, 8).join('\n  ');
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|network/i.test(output))
    fail(
      'install_offline',
      `npm ci failed, the registry does not answer:\n  ${first}`,
      'The first run needs the network once. Check the connection, or the proxy and registry settings of npm.',
    );
  fail(
    'install_failed',
    `npm ci failed:\n  ${first}`,
    'Nothing is lost: correct the cause and run the same command again.',
  );
}

function findPinnedNode() {
  const node = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
  const version = existsSync(node) ? spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout : '';
  if (version?.startsWith(`v${pinnedNode}.`)) return node;
  return fail(
    'pinned_node_missing',
    `node_modules/node is ${version?.trim() || 'not there'}, and Node ${pinnedNode} is needed`,
    'Its install script may have been refused. Run: npm rebuild node, or npm ci --ignore-scripts=false',
  );
}

function run(node, script, args) {
  const path = join(root, 'scripts', `${script}.ts`);
  if (!/^[a-z-]+$/.test(script) || !existsSync(path))
    fail('script_unknown', `there is no script '${script}'`, 'usage: node scripts/run.mjs SCRIPT [arguments]');
  // The channel is there for its end: a script that outlives a killed parent learns of it from that.
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', path, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  watchParent(child);
  child.once('error', (error) => fail('start_failed', error.message, 'Run npm ci, and try again.'));
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? 1;
    if (signal) process.exitCode = 1;
    process.exit();
  });
}

/** npm passes signals on, except the one that nobody can: then our parent changes, and the script has to end. */
function watchParent(child) {
  const parent = process.ppid;
  if (!process.env.npm_lifecycle_event) return;
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref();
}

const [script = '', ...args] = process.argv.slice(2);
checkNode();
install();
run(findPinnedNode(), script, args);
