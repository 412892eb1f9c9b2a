import * as z from 'zod';
import type { BreakerStore } from '../ports/breaker.ts';
import { PartnerDown, PartnerFailed, type PartnerGate } from '../ports/partner.ts';
import type { Clock, Meter } from '../ports/runtime.ts';
import { CircuitOpen, circuitBreaker } from '../resilience/circuit-breaker.ts';
import { AttemptTimedOut, NoTimeLeft, outbound, TooManyCalls } from '../resilience/outbound.ts';
import { milliseconds, resource } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { breakerRules } from './limits.ts';

/** Set per stage. */
export const fulfilmentEnv = {
  /** `stand-in`: the stage has no partner. */
  PARTNER_URL: z.union([z.literal('stand-in'), z.url()]),
  /** Location of the secret that signs calls to the partner; each cloud has its own form. */
  PARTNER_SECRET: resource,
  /** Only a local stage may call without TLS. */
  STAGE: resource,
  CANCELLABLE_MS: milliseconds,
  GIVE_UP_MS: milliseconds,
  BREAKER_OPEN_MS: milliseconds,
};

export interface PartnerGateOptions {
  readonly store: BreakerStore;
  readonly openMs: number;
  readonly clock: Clock;
  readonly meter: Meter;
}

/** Calls guarded by the shared circuit breaker. */
export function partnerGate({ store, openMs, clock, meter }: PartnerGateOptions): PartnerGate {
  const guard = circuitBreaker({
    name: 'partner',
    settings: { ...breakerRules, openMs },
    ...{ store, clock, meter },
    // Other errors come from before the call, or from our own store after it.
    says: (error) => (error instanceof PartnerFailed ? 'down' : undefined),
    // Otherwise each probe would come before the time that the partner asked for.
    asks: (error) => (error instanceof PartnerFailed ? error.retryAfterMs : 0),
    onTransition: (from, to) => logger.warn('breaker', { breaker: 'partner', from, to }),
    onStoreFailure: (error) =>
      logger.error('breaker store failed; calls pass unguarded', { breaker: 'partner', error }),
  });
  return {
    async pass(work) {
      try {
        return await guard(work);
      } catch (error) {
        throw error instanceof CircuitOpen ? new PartnerDown(error.message, error.retryAfterMs) : error;
      }
    },
  };
}

/** Calls that fit the remaining time of an invocation: see {@link outbound}. */
export function partnerCalls() {
  const call = outbound({
    parallel: 10,
    attemptMs: 3_000,
    // Leaves time to store the decision: one SDK call with its retries.
    marginMs: 8_000,
    retries: 2,
    firstWaitMs: 100,
    retryShare: 0.2,
    // If the partner names a time, a later message asks again after it.
    isTransient: (error) => error instanceof PartnerFailed && error.retryAfterMs === 0,
  });
  return (remainingMs: () => number) =>
    <Result>(attempt: (signal: AbortSignal) => Promise<Result>): Promise<Result> =>
      call(attempt, remainingMs).catch((error) => {
        if (error instanceof AttemptTimedOut)
          throw new PartnerFailed('the partner did not answer in time', { cause: error });
        if (error instanceof NoTimeLeft || error instanceof TooManyCalls) throw new PartnerDown(error.message, 0);
        throw error;
      });
}

/** The last good key is still used, so this is a warning. Without one, the waiting orders are counted. */
export const onKeyError = (error: unknown) =>
  logger.warn('the secret that signs calls to the partner cannot be read', { error });
