import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../../cli/cli.ts';
import type { GuardedChild } from '../../platform/process/guarded-child.ts';
import { keepLog, lastLines } from '../../platform/process/logs.ts';

const readyTimeoutMs = 30_000;

/** What a child's log says once it is ready; one group of `pattern`, in the order of the log. */
export async function announced(
  what: string,
  { process: child }: GuardedChild,
  log: { readonly file: string; readonly pattern: RegExp; readonly times: number },
): Promise<readonly string[]> {
  const end = Date.now() + readyTimeoutMs;
  while (child.exitCode === null && child.signalCode === null && Date.now() < end) {
    const found = [...(await readFile(log.file, 'utf8')).matchAll(log.pattern)].map((match) => match[1] ?? '');
    if (found.length >= log.times) return found;
    await sleep(30);
  }
  throw new CliError(
    'start_failed',
    `${what} did not start\n${await lastLines(log.file)}`,
    `If the machine is very busy, try again. The whole log: ${keepLog(log.file)}`,
  );
}

const stopTimeoutMs = 5_000;

/** Asks a child to end, and ends its group when it does not in time. */
export async function end(child: GuardedChild): Promise<void> {
  const { exitCode, signalCode } = child.process;
  if (exitCode === null && signalCode === null) {
    const exited = once(child.process, 'exit');
    child.process.kill('SIGTERM');
    await Promise.race([exited, sleep(stopTimeoutMs, undefined, { ref: false })]);
  }
  child.kill();
  child.release();
}
