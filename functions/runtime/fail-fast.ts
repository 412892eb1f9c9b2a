import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, ExponentialBackoff, handleWhen } from 'cockatiel';
import { findFault } from '../lib/fault.ts';
import { within } from '../lib/within.ts';
import { RetryLater } from '../ports/retry-later.ts';
import { requestLimitMs } from './http.ts';

/** Consecutive outages before the guard opens. */
const failures = 5;
/** Milliseconds until one call tries again; the pause up to doubles each time. */
const pauses = { initialDelay: 500, maxDelay: 8_000 };

/** A port without data: each member is a call. */
type AsyncMethods<Port> = { readonly [Name in keyof Port]: (...given: never[]) => Promise<unknown> };

/**
 * While a dependency is unavailable, fails the calls of its port at once except for an occasional trial, so that client
 * retries do not flood a recovering store. State is in memory only, because a shared store is what failed.
 *
 * It wraps the port and not the request: a request that is refused before its first call says nothing about a store.
 *
 * The port's methods throw {@link RetryLater} when the call was not made, otherwise whatever the call throws.
 */
export function failFast<Port extends object & AsyncMethods<Port>>(port: Port): Port {
  const policy = circuitBreaker(
    handleWhen((error) => findFault(error) === 'unavailable'),
    {
      breaker: new ConsecutiveBreaker(failures),
      halfOpenAfter: new ExponentialBackoff(pauses),
    },
  );
  const guard = (call: (...given: unknown[]) => Promise<unknown>) => {
    return (...given: unknown[]) =>
      policy
        .execute(() => within(requestLimitMs, call(...given)))
        .catch((error: unknown) => {
          throw error instanceof BrokenCircuitError ? new RetryLater('recent outage; retry later') : error;
        });
  };
  const calls: object = port;
  return Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, guard(call)])) as Port;
}
