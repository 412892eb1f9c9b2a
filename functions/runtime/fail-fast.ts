import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, ExponentialBackoff, handleWhen } from 'cockatiel';
import { RetryLater } from '../ports/retry-later.ts';
import { isOutage } from './problem.ts';

/** Consecutive store outages before the guard opens. */
const failures = 5;
/** Milliseconds until one request tries again; the pause up to doubles each time. */
const pauses = { initialDelay: 500, maxDelay: 8_000 };

/**
 * During a store outage, fails requests at once except for an occasional trial, so that client retries do not flood
 * stores that are recovering. State is in memory only, because a shared store is what failed.
 *
 * The guard throws {@link RetryLater} when the work did not start, otherwise whatever the work throws.
 */
export function failFast(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const policy = circuitBreaker(
    handleWhen((error) => error instanceof Error && isOutage(error)),
    {
      breaker: new ConsecutiveBreaker(failures),
      halfOpenAfter: new ExponentialBackoff(pauses),
    },
  );
  return (work) =>
    policy.execute(work).catch((error: unknown) => {
      throw error instanceof BrokenCircuitError ? new RetryLater('recent store outage; retry later') : error;
    });
}
