import type { BreakerSettings } from '../domain/breaker.ts';

/** Orders of one batch that are handed over concurrently: bounds the calls that fail before the breaker opens. */
export const ordersAtOnce = 5;

/** Without `openMs`, which is a setting of the stage. */
export const breakerRules: Omit<BreakerSettings, 'openMs'> = {
  windowMs: 10_000,
  failures: 5,
  failureShare: 0.5,
  // Longer than a call with all its retries.
  probeMs: 15_000,
  refreshMs: 1_000,
};
