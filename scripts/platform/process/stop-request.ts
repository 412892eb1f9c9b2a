import { constants } from 'node:os';

/** Stops on Ctrl-C, `kill`, a closed terminal, or when the parent process is gone. */
export interface StopRequest {
  /** Resolves on a stop request; rejects when something broke. */
  readonly requested: Promise<void>;
  /** From now on, a stop is orderly. Before, the process just exits, and its exit handlers clean up. */
  orderly(): void;
  because(error: Error): void;
}

const stopTimeoutMs = 15_000;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function stopRequest(): StopRequest {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => {});
  let ready = false;
  const end = (exitCode: number) => {
    if (!ready) process.exit(exitCode);
    // A terminal sends Ctrl-C to the whole group, and the parent passes it on: the second signal is no new request.
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
