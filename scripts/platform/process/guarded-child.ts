import { type ChildProcess, spawn } from 'node:child_process';
import { project } from '../../../functions/contracts/project.ts';
import type { Workspace } from './workspace.ts';

/** A child with its own process group, killed in any case when this process ends. */
export interface GuardedChild {
  readonly process: ChildProcess;
  /** Kills the whole group. */
  kill(): void;
  /** Stops guarding a group that has exited. */
  release(): void;
}

export interface GuardedOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Target of stdout and stderr. */
  readonly output: 'pipe' | number;
}

const windows = process.platform === 'win32';

/**
 * The child waits for a line on its stdin before it runs the program. If this process is killed before the watchdog
 * knows the child, the line never arrives, and the child exits.
 */
const gate = 'read -r go && exec env "$@" </dev/null';

export function spawnGuarded(
  { watchdog }: Workspace,
  program: string,
  args: readonly string[],
  { cwd, env, output }: GuardedOptions,
): GuardedChild {
  // A shell drops variables whose names it considers invalid; `env` takes them as arguments.
  const invalidNames = Object.entries(env).filter(([name]) => !/^\w+$/.test(name));
  const call = [...invalidNames.map(([name, value]) => `${name}=${value}`), program, ...args];
  const [command, commandArgs] = windows ? [program, args] : ['/bin/sh', ['-c', gate, `${project}-gate`, ...call]];
  const child = spawn(command, commandArgs, {
    cwd,
    env: { ...env },
    detached: !windows,
    stdio: ['pipe', output, output],
  });
  // Undefined if the program could not be started. Group 0 would mean our own.
  const group = child.pid;
  if (group !== undefined) watchdog.add(group);
  child.stdin?.on('error', () => {});
  child.stdin?.end('go\n');
  const kill = () => {
    try {
      if (group !== undefined && !windows) process.kill(-group, 'SIGKILL');
      else child.kill('SIGKILL');
    } catch {
      // The group is already empty.
    }
  };
  process.prependOnceListener('exit', kill);
  const release = () => {
    process.off('exit', kill);
    if (group !== undefined) watchdog.remove(group);
  };
  return { process: child, kill, release };
}
