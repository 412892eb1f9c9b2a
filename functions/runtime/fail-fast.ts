import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, ExponentialBackoff, handleWhen } from 'cockatiel';
import { RetryLater } from '../ports/retry-later.ts';
import { isOutage } from './problem.ts';

/** So many requests in a row that met stores that are gone. */
const failures = 5;
/** Then one request asks again after this time, and after up to twice as long each time. */
const pauses = { initialDelay: 500, maxDelay: 8_000 };

/**
 * While the stores are gone, an environment answers at once and leaves them alone but for a request now and then: what
 * customers try again and again must not meet stores that are just coming back. In memory alone, because what could hold
 * a shared state is what is gone.
 *
 * The guard throws {@link RetryLater} when the work was not begun, and otherwise whatever the work throws.
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
      throw error instanceof BrokenCircuitError ? new RetryLater('the stores were gone a moment ago') : error;
    });
}
