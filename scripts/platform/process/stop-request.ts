import { spawnSync } from 'node:child_process';
import { url as inspectorUrl } from 'node:inspector';
import { constants } from 'node:os';

/** Requests a stop on Ctrl-C, `kill`, a closed terminal, or the end of the parent process. */
export interface StopRequest {
  /** Resolves on a stop request; rejects on a failure. */
  readonly requested: Promise<void>;
  /** Makes later stops orderly. Before this call, the process just exits, and its exit handlers clean up. */
  orderly(): void;
  because(error: Error): void;
}

const stopTimeoutMs = 15_000;
/** A terminal sends Ctrl-C to the whole group, and the parent passes it on; within this time it is the same request. */
const sameRequestMs = 500;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function stopRequest(): StopRequest {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => {});
  let ready = false;
  let requestedAt: number | undefined;
  const end = (exitCode: number) => {
    if (requestedAt !== undefined && performance.now() - requestedAt < sameRequestMs) return;
    if (requestedAt === undefined) process.on('exit', killIfWaiting);
    const isFirst = requestedAt === undefined;
    requestedAt = performance.now();
    if (!ready || !isFirst) process.exit(exitCode);
    setTimeout(() => process.exit(1), stopTimeoutMs).unref();
    resolve();
  };
  for (const signal of signals) process.on(signal, () => end(128 + constants.signals[signal]));
  if (process.channel) {
    process.once('disconnect', () => end(1));
    process.channel.unref();
  }
  return {
    requested: promise,
    orderly: () => {
      ready = true;
    },
    because: reject,
  };
}

let threadsAreStuck = false;

/** Called when a thread does not end, so that this process does not wait for it. */
export function leaveThreads(): void {
  threadsAreStuck = true;
}

/** Ends the process when its work is done, even if a debugger or a thread would keep it alive. */
export function exitDespiteThreads(): void {
  if (wouldWait()) process.exit();
}

const wouldWait = () => threadsAreStuck || inspectorUrl() !== undefined;

/**
 * The last exit handler. Node waits endlessly for a debugger, or for a thread that a debugger paused, even before it
 * sends itself a signal, so another process sends it. The exit code is lost; the parent knows that it asked for the
 * stop.
 */
function killIfWaiting(): void {
  if (wouldWait() && process.platform !== 'win32') spawnSync('kill', ['-KILL', String(process.pid)]);
}
