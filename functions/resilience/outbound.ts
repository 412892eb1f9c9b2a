import {
  BulkheadRejectedError,
  bulkhead,
  ExponentialBackoff,
  fullJitterGenerator,
  handleWhen,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
} from 'cockatiel';

export interface OutboundSettings {
  /** Maximum concurrent calls; more are rejected at once, so that a slow partner cannot block the whole function. */
  readonly parallel: number;
  /** Timeout of one attempt. */
  readonly attemptMs: number;
  /** Reserved for work after the call: an attempt ends this long before the function's deadline. */
  readonly marginMs: number;
  /** Attempts after the first one. */
  readonly retries: number;
  /** Upper bound of the first random wait; it doubles with each retry. */
  readonly firstWaitMs: number;
  /** Maximum retries as a share of the calls, 0 to 1: prevents a retry storm while the partner is down. */
  readonly retryShare: number;
  /** Errors worth a retry. Timeouts always are. */
  readonly isTransient: (error: unknown) => boolean;
}

/** No attempt was made, because the function's deadline is too close. */
export class NoTimeLeft extends Error {
  override readonly name = 'NoTimeLeft';
}

/** Cockatiel's errors under this project's names. */
export { BulkheadRejectedError as TooManyCalls, TaskCancelledError as AttemptTimedOut };

export type Outbound = <Result>(
  call: (signal: AbortSignal) => Promise<Result>,
  remainingMs: () => number,
) => Promise<Result>;

/** The initial and maximum retry budget. */
const maxBudget = 3;

/**
 * Outbound calls of one environment: a bulkhead, then retries with full jitter within a budget. Each attempt's timeout
 * fits the remaining time; its signal aborts when the attempt is over.
 */
export function outbound(settings: OutboundSettings): Outbound {
  const slots = bulkhead(settings.parallel);
  let budget = maxBudget;

  return (call, remainingMs) =>
    slots.execute(() => {
      budget = Math.min(maxBudget, budget + settings.retryShare);
      let retriesLeft = settings.retries;
      const mayRetry = (error: unknown) => {
        if (!(error instanceof TaskCancelledError || settings.isTransient(error))) return false;
        if (budget < 1 || retriesLeft-- < 1) return false;
        budget--;
        return true;
      };
      const policy = retry(handleWhen(mayRetry), {
        maxAttempts: settings.retries,
        backoff: new ExponentialBackoff({ generator: fullJitterGenerator, initialDelay: settings.firstWaitMs }),
      });
      return policy.execute(() => {
        const availableMs = remainingMs() - settings.marginMs;
        if (availableMs <= 0) throw new NoTimeLeft(`no time left to call: ${availableMs} ms after the reserved margin`);
        const timeMs = Math.min(settings.attemptMs, availableMs);
        return attempt(call, timeMs);
      });
    });
}

/** Time for a call whose signal was aborted to report its own error, which says more than a timeout. */
const endingMs = 100;

/** Aborts the signal shortly before the time is up, and stops waiting then for a call that ignores it. */
function attempt<Result>(call: (signal: AbortSignal) => Promise<Result>, timeMs: number): Promise<Result> {
  const abort = timeout(timeMs - Math.min(endingMs, timeMs / 2), TimeoutStrategy.Cooperative);
  return timeout(timeMs, TimeoutStrategy.Aggressive).execute(() => abort.execute(({ signal }) => call(signal)));
}
