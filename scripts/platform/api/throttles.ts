import { routes } from '../../../functions/contracts/routes.ts';
import type { HttpApiSettings, Throttle } from '../../../stacks/model/stages/stage-settings.ts';

/** A token bucket, as API Gateway throttles with: `burst` at once, and `ratePerSecond` for ever. */
export class TokenBucket {
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

  /** False: there is no token left for this call. */
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

/** Lets a call of a route pass, by the route's name; false: throttled. */
export type Throttles = (route: string) => boolean;

/** A bucket for each route, and one for all paths that are none, as the stage of the HTTP API has them. */
export function throttlesOf(settings: HttpApiSettings['throttles'], now?: () => number): Throttles {
  const buckets = new Map<string, TokenBucket>(
    routes.map(({ name, throttle }) => [name, new TokenBucket(settings[throttle], now)]),
  );
  const rest = new TokenBucket(settings.read, now);
  return (route) => (buckets.get(route) ?? rest).take();
}
