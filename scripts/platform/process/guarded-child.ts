import { type ChildProcess, spawn } from 'node:child_process';
import type { Workspace } from './workspace.ts';

/** A child with a process group of its own, which ends with this process, however that ends. */
export interface GuardedChild {
  readonly process: ChildProcess;
  /** Ends the whole group at once. */
  kill(): void;
  /** The group has ended: it needs no guard any more. */
  release(): void;
}

export interface GuardedOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** For stdout and stderr. */
  readonly output: 'pipe' | number;
}

const windows = process.platform === 'win32';

/**
 * The child waits for a word on its stdin before it runs the program: should this process be killed before the
 * watchdog knows of the child, the word never comes, and the child ends by itself.
 */
const gate = 'read -r go && exec env "$@" </dev/null';

export function spawnGuarded(
  { watchdog }: Workspace,
  program: string,
  args: readonly string[],
  { cwd, env, output }: GuardedOptions,
): GuardedChild {
  // A shell drops variables whose names are none in its language; `env` takes them as arguments.
  const strange = Object.entries(env).filter(([name]) => !/^\w+$/.test(name));
  const call = [...strange.map(([name, value]) => `${name}=${value}`), program, ...args];
  const [command, all] = windows ? [program, args] : ['/bin/sh', ['-c', gate, 'flash-sale-gate', ...call]];
  const child = spawn(command, all, { cwd, env: { ...env }, detached: !windows, stdio: ['pipe', output, output] });
  const group = child.pid ?? 0;
  watchdog.add(group);
  child.stdin?.on('error', () => {});
  child.stdin?.end('go\n');
  const kill = () => {
    try {
      if (group && !windows) process.kill(-group, 'SIGKILL');
      else child.kill('SIGKILL');
    } catch {
      // The group is empty already.
    }
  };
  process.prependOnceListener('exit', kill);
  const release = () => {
    process.off('exit', kill);
    watchdog.remove(group);
  };
  return { process: child, kill, release };
}
