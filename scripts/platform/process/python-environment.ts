import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError } from '../../cli/cli.ts';
import { localFolder } from './paths.ts';
import { type ProgramEnd, runProgram } from './run-program.ts';

/** The oldest version with prebuilt wheels of every requirement. */
const oldestPython = { major: 3, minor: 10 };
const windows = process.platform === 'win32';

interface Python {
  readonly command: readonly string[];
  /** For example 'cpython 3.11.7 x86_64': part of the environment's identity. */
  readonly identity: string;
  readonly canMakeEnvironments: boolean;
}

/** Python packages of one tool. */
export interface PythonPackages {
  readonly name: string;
  /** A pip requirements file with hashes. */
  readonly requirements: URL;
  /** Shown during the installation. */
  readonly notice: string;
}

/**
 * Returns the interpreter of a tool's virtual environment, creating it if it is missing. Its folder is named after a
 * hash of the requirements and of the interpreter, but only once it is complete, so that an interrupted install is
 * never used.
 */
export async function installPython(packages: PythonPackages, onProgress: (text: string) => void): Promise<string> {
  const { name, requirements, notice } = packages;
  const python = findPython();
  const stamp = createHash('sha256')
    .update(python.identity)
    .update(await readFile(requirements))
    .digest('hex');
  const home = join(localFolder, name);
  const folder = join(home, stamp.slice(0, 12));
  const interpreter = interpreterIn(folder);
  if (existsSync(interpreter)) return interpreter;
  const started = Date.now();
  const report = () => onProgress(`${notice}: ${Math.round((Date.now() - started) / 1_000)} s`);
  onProgress(notice);
  const ticking = setInterval(report, 5_000).unref();
  await mkdir(home, { recursive: true });
  const unfinished = `${folder}.unfinished-${process.pid}`;
  try {
    await createEnvironment(python, unfinished, requirements);
    await rename(unfinished, folder).catch(async (error: unknown) => {
      // Another process was faster, so use its environment.
      if (!existsSync(interpreter)) throw error;
    });
  } finally {
    clearInterval(ticking);
    await rm(unfinished, { recursive: true, force: true });
  }
  await removeOthers(home, stamp.slice(0, 12));
  return interpreter;
}

async function createEnvironment(python: Python, folder: string, file: URL): Promise<void> {
  if (!python.canMakeEnvironments) throw noVenvModule(python);
  const [command = '', ...first] = python.command;
  const created = await run(command, [...first, '-m', 'venv', folder]);
  if (created.code !== 0) throw failed('the virtual environment could not be created', created.output);
  const options = ['--require-hashes', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--quiet'];
  const installed = await run(interpreterIn(folder), ['-m', 'pip', 'install', ...options, '-r', fileURLToPath(file)]);
  if (installed.code !== 0) throw failed("pip could not install the tool's packages", installed.output);
}

/** Returns `PYTHON` if it is set, else the first interpreter on the PATH that is new enough. */
function findPython(): Python {
  const chosen = process.env.PYTHON;
  if (chosen) return probe([chosen]) ?? fail(`PYTHON is '${chosen}', must be Python ${oldest()} or newer`);
  const names = ['python3', 'python', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
  const commands = [...(windows ? [['py', '-3']] : []), ...names.map((name) => [name])];
  for (const command of commands) {
    const python = probe(command);
    if (python) return python;
  }
  return fail(`no Python ${oldest()} or newer is on the PATH (tried ${commands.map((c) => c.join(' ')).join(', ')})`);
}

function fail(message: string): never {
  throw new CliError(
    'python_missing',
    message,
    `Install Python ${oldest()} or newer, or name one: PYTHON=/path/to/python3 npm start.\nWith Docker instead: docker compose up -d ministack, then AWS_ENDPOINT_URL=http://127.0.0.1:4567 npm start.`,
  );
}

const probeProgram = `
import importlib.util as u, json, platform, sys
print(json.dumps([sys.version_info[0], sys.version_info[1],
  ' '.join([sys.implementation.name, platform.python_version(), platform.machine(), sys.prefix]),
  bool(u.find_spec('venv') and u.find_spec('ensurepip'))]))`;

function probe(command: readonly string[]): Python | undefined {
  const [program = '', ...first] = command;
  const result = spawnSync(program, [...first, '-c', probeProgram], { encoding: 'utf8', timeout: 20_000 });
  if (result.status !== 0) return undefined;
  const [major, minor, identity, canMakeEnvironments] = JSON.parse(result.stdout) as [number, number, string, boolean];
  const recent = major > oldestPython.major || (major === oldestPython.major && minor >= oldestPython.minor);
  return recent ? { command, identity, canMakeEnvironments } : undefined;
}

function noVenvModule(python: Python): CliError {
  return new CliError(
    'python_without_venv',
    `'${python.command.join(' ')}' (${python.identity}) has no venv or ensurepip module, which the local tools need`,
    'On Debian and Ubuntu: apt-get install python3-venv. Or name another Python: PYTHON=/path/to/python3 npm start.',
  );
}

function failed(what: string, output: string): CliError {
  const offline =
    /NewConnectionError|ConnectionError|Max retries exceeded|resolve|timed out|ProxyError|No matching distribution/i;
  const last = output.trim().split('\n').slice(-4).join('\n');
  if (offline.test(output))
    return new CliError(
      'python_install_offline',
      `${what}: the package index does not answer\n${last}`,
      'The first run needs the network. Check the connection, or the proxy and index settings of pip (PIP_INDEX_URL).',
    );
  return new CliError('python_install_failed', `${what}:\n${last}`, 'The next run tries again from the start.');
}

function run(command: string, args: readonly string[]): Promise<ProgramEnd> {
  return runProgram(command, args, { env: { PIP_RETRIES: '2', PIP_DISABLE_PIP_VERSION_CHECK: '1', ...process.env } });
}

async function removeOthers(home: string, current: string): Promise<void> {
  for (const name of await readdir(home))
    if (!name.startsWith(current) && !isInProgress(name)) await rm(join(home, name), { recursive: true, force: true });
}

/** True while another process is creating this environment; leftovers of dead processes are removed. */
function isInProgress(name: string): boolean {
  const pid = Number(/\.unfinished-(\d+)$/.exec(name)?.[1]);
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

function interpreterIn(folder: string): string {
  return windows ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

function oldest(): string {
  return `${oldestPython.major}.${oldestPython.minor}`;
}
