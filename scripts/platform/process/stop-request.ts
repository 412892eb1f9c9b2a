import { constants } from 'node:os';

/** Ends on Ctrl-C, `kill`, a closed terminal, or when the process that started us is gone. */
export interface StopRequest {
  /** Resolves when somebody wants an end; rejects when something broke. */
  readonly requested: Promise<void>;
  /** From now on an end is orderly. Before, there is nothing to save: the process exits, and its exit handlers clean up. */
  orderly(): void;
  because(error: Error): void;
}

const longestStopMs = 15_000;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function stopRequest(): StopRequest {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => {});
  let ready = false;
  const end = (exitCode: number) => {
    if (!ready) process.exit(exitCode);
    // A terminal sends Ctrl-C to the whole group, and the parent passes it on: the second one is not a new wish.
    setTimeout(() => process.exit(1), longestStopMs).unref();
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
