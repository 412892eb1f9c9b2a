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
  /** Calls at a time. The others are refused at once: a slow partner must not take all of a function's calls. */
  readonly parallel: number;
  /** The longest that one attempt may take. */
  readonly attemptMs: number;
  /** Left for what comes after the call: an attempt ends that long before the function has to. */
  readonly marginMs: number;
  /** Attempts after the first one. */
  readonly retries: number;
  /** The first wait is a random time up to this, each later one up to twice the one before. */
  readonly firstWaitMs: number;
  /** Retries may be at most this share of the calls, 0 to 1: of a partner that is down they would make a storm. */
  readonly retryShare: number;
  /** Errors that another attempt may mend. Attempts that timed out always count as such. */
  readonly isTransient: (error: unknown) => boolean;
}

/** No attempt was made: the function would have to end before it had an answer. */
export class NoTimeLeft extends Error {
  override readonly name = 'NoTimeLeft';
}

/** Too many calls are under way. */
export { BulkheadRejectedError as TooManyCalls, TaskCancelledError as AttemptTimedOut };

export type Outbound = <Result>(
  call: (signal: AbortSignal) => Promise<Result>,
  remainingMs: () => number,
) => Promise<Result>;

/** Some retries are allowed at the start, and never more than that at once. */
const savedRetries = 3;

/**
 * Calls to somebody else, from one environment: a bulkhead, then retries with full jitter within a budget, each attempt
 * with a timeout that the remaining time allows. A signal tells the call when its attempt is over.
 */
export function outbound(settings: OutboundSettings): Outbound {
  const slots = bulkhead(settings.parallel);
  let budget = savedRetries;

  return (call, remainingMs) =>
    slots.execute(() => {
      budget = Math.min(savedRetries, budget + settings.retryShare);
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
        const timeMs = Math.min(settings.attemptMs, remainingMs() - settings.marginMs);
        if (timeMs <= 0) throw new NoTimeLeft('no time left to call');
        return timeout(timeMs, TimeoutStrategy.Aggressive).execute(({ signal }) => call(signal));
      });
    });
}
