import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly megabytes: number;
}

const pageKilobytes = 4;
/** The kernel needs 50 ms to count the pages of twenty processes, which blocks the gateway. */
const sampleMs = 5_000;

/**
 * Memory in MB of this process, and of others with all their children. On Linux, a page shared by n processes counts
 * 1/n for each (PSS), because the workers share Node's program. Elsewhere it counts fully: the sum is an upper bound.
 */
export function readMemory(...pids: readonly (number | undefined)[]): number {
  const rows = readProcesses();
  const own = rows.filter((row) => row.pid === process.pid);
  const others = pids.flatMap((pid) => (pid === undefined ? [] : selectTree(rows, pid)));
  return Math.round([...own, ...others].reduce((sum, row) => sum + (readProportionalMb(row.pid) ?? row.megabytes), 0));
}

function readProportionalMb(pid: number): number | undefined {
  try {
    const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

/** Process ids of a process and all its children. */
export function processTree(pid: number): number[] {
  return selectTree(readProcesses(), pid).map((row) => row.pid);
}

/** Finds the processes that run functions; the engine starts no others. */
export function findWorkers(enginePid: number): number[] {
  return processTree(enginePid).filter((pid) => pid !== enginePid);
}

export interface MemoryWatch {
  readonly peakMb: () => number;
  readonly currentMb: () => number;
  stop(): void;
}

export function watchMemory(...pids: readonly (number | undefined)[]): MemoryWatch {
  let peak = readMemory(...pids);
  const sample = () => {
    const now = readMemory(...pids);
    peak = Math.max(peak, now);
    return now;
  };
  const timer = setInterval(sample, sampleMs).unref();
  return { peakMb: () => Math.max(peak, sample()), currentMb: sample, stop: () => clearInterval(timer) };
}

function selectTree(rows: readonly ProcessRow[], root: number): ProcessRow[] {
  const tree = rows.filter((row) => row.pid === root);
  for (const row of tree) tree.push(...rows.filter((child) => child.parent === row.pid));
  return tree;
}

function readProcesses(): ProcessRow[] {
  try {
    return process.platform === 'linux' ? readProc() : readPs();
  } catch {
    // No ps (Windows): only this process is known.
    const megabytes = process.memoryUsage.rss() / 1024 / 1024;
    return [{ pid: process.pid, parent: 0, megabytes }];
  }
}

function readProc(): ProcessRow[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        // The command in parentheses may contain spaces: count fields after it.
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const megabytes = (Number(fields[21]) * pageKilobytes) / 1024;
        return [{ pid: Number(name), parent: Number(fields[1]), megabytes }];
      } catch {
        return [];
      }
    });
}

function readPs(): ProcessRow[] {
  const text = execFileSync('ps', ['-axo', 'pid=,ppid=,rss='], { encoding: 'utf8' });
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [pid = 0, parent = 0, kilobytes = 0] = line.trim().split(/\s+/).map(Number);
      return { pid, parent, megabytes: kilobytes / 1024 };
    });
}
