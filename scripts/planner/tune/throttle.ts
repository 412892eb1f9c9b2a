import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Throttle {
  readonly name: string;
  /** Throttles a process to a share of one core. @returns a function that ends the throttling */
  readonly hold: (pid: number, share: number) => () => void;
}

/**
 * Microseconds, about as long as an invocation. Within the kernel's usual 100 ms, most calls would end before their
 * first pause.
 */
const periodUs = 20_000;
/** Minimum quota that the kernel accepts. */
const leastUs = 1_000;
const root = '/sys/fs/cgroup';
let groups = 0;

/**
 * The kernel fills a new control group with its files. Without a mounted cgroup file system, the folder stays empty.
 */
function group(parent: string, limitFile: string, limit: (folder: string, quotaUs: number) => void): Throttle['hold'] {
  return (pid, share) => {
    const folder = join(parent, `tune-${process.pid}-${++groups}`);
    mkdirSync(folder);
    try {
      if (!existsSync(join(folder, limitFile))) throw new Error(`${parent} has no control groups`);
      limit(folder, Math.max(leastUs, Math.round(share * periodUs)));
      writeFileSync(join(folder, 'cgroup.procs'), String(pid));
    } catch (error) {
      rmdirSync(folder);
      throw error;
    }
    return () => {
      if (existsSync(`/proc/${pid}`)) writeFileSync(join(parent, 'cgroup.procs'), String(pid));
      rmdirSync(folder);
    };
  };
}

const second: Throttle = {
  name: 'control group, version 2 (cpu.max)',
  hold: group(root, 'cpu.max', (folder, quotaUs) => writeFileSync(join(folder, 'cpu.max'), `${quotaUs} ${periodUs}`)),
};

const first: Throttle = {
  name: 'control group, version 1 (cpu.cfs_quota_us)',
  hold: group(join(root, 'cpu'), 'cpu.cfs_quota_us', (folder, quotaUs) => {
    writeFileSync(join(folder, 'cpu.cfs_period_us'), String(periodUs));
    writeFileSync(join(folder, 'cpu.cfs_quota_us'), String(quotaUs));
  }),
};

/** Timers are coarser than a quota: shares below a tenth run slightly too fast. */
const duty: Throttle = {
  name: 'duty cycle (SIGSTOP and SIGCONT), because this machine allows no control group',
  hold: (pid, share) => {
    if (share >= 1) return () => {};
    const periodMs = periodUs / 1_000;
    let timer: NodeJS.Timeout | undefined;
    const turn = (isRunning: boolean) => {
      process.kill(pid, isRunning ? 'SIGCONT' : 'SIGSTOP');
      timer = setTimeout(() => turn(!isRunning), periodMs * (isRunning ? share : 1 - share));
    };
    turn(true);
    return () => {
      clearTimeout(timer);
      if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGCONT');
    };
  },
};

/** The first method that proves effective: a writable file does not prove that the kernel enforces it. */
export async function findThrottle(candidates: readonly Throttle[] = [second, first, duty]): Promise<Throttle> {
  for (const throttle of candidates) if (await isObeyed(throttle)) return throttle;
  throw new Error(
    `no way to hold a process to a share of a core works here; tried ${candidates.map(({ name }) => name).join(', ')}`,
  );
}

const proofShare = 0.2;
const proofCpuMs = 60;
const burn = `
process.stdin.once('data', () => {
  const from = performance.now();
  const before = process.cpuUsage();
  for (let used = 0; used < ${proofCpuMs * 1_000}; ) {
    const { user, system } = process.cpuUsage(before);
    used = user + system;
  }
  console.log(performance.now() - from);
  process.exit();
});`;

const rounds = 3;
/**
 * How much longer a throttled process must take. Compares the best rounds, because a busy machine slows the free
 * process, too.
 */
const leastRatio = 2;

/** Whether a throttled process takes as long as its share implies, and longer than a free one that runs beside it. */
async function isObeyed({ hold }: Throttle): Promise<boolean> {
  try {
    const pairs = [];
    for (let round = 0; round < rounds; round += 1)
      pairs.push(await Promise.all([burnFor((pid) => hold(pid, proofShare)), burnFor(() => () => {})]));
    const held = Math.min(...pairs.map(([ms]) => ms));
    const free = Math.min(...pairs.map(([, ms]) => ms));
    return held >= (proofCpuMs / proofShare) * 0.8 && held >= leastRatio * free;
  } catch {
    // Not permitted here, or no such control group.
    return false;
  }
}

/** @returns milliseconds until a process has used its processor time */
async function burnFor(hold: (pid: number) => () => void): Promise<number> {
  const child = spawn(process.execPath, ['-e', burn], { stdio: ['pipe', 'pipe', 'inherit'] });
  let release: (() => void) | undefined;
  try {
    release = hold(child.pid ?? 0);
    child.stdin.write('go');
    const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    return Number(said);
  } finally {
    if (child.exitCode === null) child.kill('SIGKILL');
    release?.();
  }
}

/** Machine of the measurement. */
export function describeMachine(): string {
  const model = /^model name\s*: (.+)$/m.exec(existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '');
  return `${process.arch}, ${model?.[1] ?? 'unknown processor'}, Node ${process.version}`;
}
