import { routes } from '../../../functions/contracts/routes.ts';
import type { HttpApiSettings, Throttle } from '../../../stacks/model/stages/stage-settings.ts';

/** A token bucket like API Gateway's: `burst` at once, and `ratePerSecond` sustained. */
class TokenBucket {
  readonly #throttle: Throttle;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  /** `now` in milliseconds. */
  constructor(throttle: Throttle, now: () => number = () => performance.now()) {
    this.#throttle = throttle;
    this.#now = now;
    this.#tokens = throttle.burst;
    this.#filledAt = now();
  }

  /** Takes a token; returns false if none is left. */
  take(): boolean {
    const now = this.#now();
    const { ratePerSecond, burst } = this.#throttle;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) / 1_000) * ratePerSecond);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** Returns whether a call of the named route may pass; false means throttled. */
export type Throttles = (route: string) => boolean;

/** One bucket per route, and one for all unknown paths, as in the stage of the HTTP API. */
export function buildThrottles(settings: HttpApiSettings['throttles'], now?: () => number): Throttles {
  const buckets = new Map<string, TokenBucket>(
    routes.map(({ name, throttle }) => [name, new TokenBucket(settings[throttle], now)]),
  );
  const rest = new TokenBucket(settings.read, now);
  return (route) => (buckets.get(route) ?? rest).take();
}
