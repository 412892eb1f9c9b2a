import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Command that starts Node, pinned to the last core if the machine has several and `taskset`. */
export function pinnedNode(): [program: string, ...args: string[]] {
  const cores = availableParallelism();
  const pinned = cores > 1 && spawnSync('taskset', ['--version']).status === 0;
  return pinned ? ['taskset', '-c', String(cores - 1), process.execPath] : [process.execPath];
}
