import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../../cli/cli.ts';
import type { GuardedChild } from '../../platform/process/guarded-child.ts';
import { keepLog, lastLines } from '../../platform/process/logs.ts';

const readyTimeoutMs = 30_000;

/** Waits until a child's log has `times` matches of `pattern`; returns their first groups, in the order of the log. */
export async function waitForLog(
  what: string,
  { process: child }: GuardedChild,
  log: { readonly file: string; readonly pattern: RegExp; readonly times: number },
): Promise<readonly string[]> {
  const deadline = Date.now() + readyTimeoutMs;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const found = [...(await readFile(log.file, 'utf8')).matchAll(log.pattern)].map((match) => match[1] ?? '');
    if (found.length >= log.times) return found;
    await sleep(30);
  }
  throw new CliError(
    'start_failed',
    `${what} did not start\n${await lastLines(log.file)}`,
    `If the machine is very busy, try again. The full log: ${keepLog(log.file)}`,
  );
}

const stopTimeoutMs = 5_000;

/** Asks a child to exit, waits a while, and kills what is left of its process group. */
export async function stopChild(child: GuardedChild): Promise<void> {
  const { exitCode, signalCode } = child.process;
  if (exitCode === null && signalCode === null) {
    const exited = once(child.process, 'exit');
    child.process.kill('SIGTERM');
    await Promise.race([exited, sleep(stopTimeoutMs, undefined, { ref: false })]);
  }
  child.kill();
  child.release();
}
