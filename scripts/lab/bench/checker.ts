import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { CheckRun } from './checker-run.ts';

export const checkerLimits = { seconds: 3, megabytes: 500 };

/** Checks a sale of `orders` in its own process, whose memory then holds nothing else. */
export async function measureChecker(orders: number): Promise<CheckRun> {
  const child = fork(new URL('./checker-run.ts', import.meta.url), [String(orders)]);
  const exit = once(child, 'exit');
  const [run] = await Promise.race([once(child, 'message'), exit]);
  await exit;
  if (typeof run !== 'object') throw new Error(`the checker ended with exit code ${run}`);
  return run as CheckRun;
}

/** Either time may be within the limit: elapsed time includes other load, CPU time adds up the collector's threads. */
export function isWithin({ seconds, elapsedSeconds, megabytes, violations }: CheckRun): boolean {
  return (
    Math.min(seconds, elapsedSeconds) <= checkerLimits.seconds &&
    megabytes <= checkerLimits.megabytes &&
    violations === 0
  );
}

export function formatChecker(run: CheckRun): string {
  const { orders, rows, seconds, elapsedSeconds, megabytes, violations } = run;
  const verdict = isWithin(run) ? 'within' : 'FAILED: beyond';
  return (
    `checker: ${orders} orders, ${rows} rows in ${seconds.toFixed(2)} s of CPU time (${elapsedSeconds.toFixed(2)} s elapsed), ${megabytes.toFixed(0)} MB with the rows, ` +
    `${violations} violations: ${verdict} the limits of ${checkerLimits.seconds} s and ${checkerLimits.megabytes} MB\n`
  );
}
