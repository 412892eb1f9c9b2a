import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { healthCheck } from '../../../../stacks/model/edge/routing.ts';

export interface Place {
  readonly region: string;
  /** URL of the region's API. */
  readonly url: string;
  /** Share of customers nearest to the region, relative to the other regions' weights. */
  readonly weight: number;
}

export interface HealthChecks {
  readonly intervalMs: number;
  /** Consecutive failures that take a region out of service, or successes that bring it back. */
  readonly threshold: number;
  readonly timeoutMs: number;
}

/** Health checks of a multi-region stage. Route 53 waits 4 s for an answer's first byte. */
export const healthChecks: HealthChecks = {
  intervalMs: healthCheck.intervalSeconds * 1_000,
  threshold: healthCheck.failures,
  timeoutMs: 4_000,
};

export interface Change {
  readonly region: string;
  readonly healthy: boolean;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Simulates the stage's DNS name: it resolves to the customer's own region, or to another if that one is unhealthy. */
export class Router {
  readonly changes: Change[] = [];
  readonly #places: readonly Place[];
  readonly #checks: HealthChecks;
  readonly #isWell: (place: Place) => Promise<boolean>;
  readonly #unhealthy = new Set<string>();
  readonly #contrary = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(places: readonly Place[], checks: HealthChecks = healthChecks, isWell = answersWell(checks.timeoutMs)) {
    this.#places = places;
    this.#checks = checks;
    this.#isWell = isWell;
  }

  start(): void {
    this.#timer = setInterval(() => void this.check(), this.#checks.intervalMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Runs one health check per region. */
  async check(): Promise<void> {
    await Promise.all(this.#places.map(async (place) => this.#note(place.region, await this.#isWell(place))));
  }

  /** Resolves once the router has found the region well, or not, since a time in epoch milliseconds. */
  async until({ region, healthy, since }: Omit<Change, 'at'> & { readonly since: number }): Promise<void> {
    const isMeant = (change: Change) => change.region === region && change.healthy === healthy && change.at >= since;
    while (!this.changes.some(isMeant)) await sleep(100);
  }

  /** The customer's own region; it never changes. */
  homeOf(customer: string): Place {
    const all = this.#places.flatMap((place) => Array.from({ length: place.weight }, () => place));
    const place = all[createHash('sha256').update(customer).digest().readUInt16BE() % all.length];
    if (place === undefined) throw new Error('a router needs a region');
    return place;
  }

  route(customer: string): Place {
    const own = this.homeOf(customer);
    if (!this.#unhealthy.has(own.region)) return own;
    // If none is healthy, Route 53 treats all regions as healthy.
    return this.#places.find(({ region }) => !this.#unhealthy.has(region)) ?? own;
  }

  #note(region: string, well: boolean): void {
    const healthy = !this.#unhealthy.has(region);
    const contrary = well === healthy ? 0 : (this.#contrary.get(region) ?? 0) + 1;
    this.#contrary.set(region, contrary);
    if (contrary < this.#checks.threshold) return;
    this.#contrary.set(region, 0);
    if (well) this.#unhealthy.delete(region);
    else this.#unhealthy.add(region);
    this.changes.push({ region, healthy: well, at: Date.now() });
  }
}

const answersWell =
  (timeoutMs: number) =>
  async ({ url }: Place): Promise<boolean> => {
    const answer = fetch(url + healthCheck.path, { signal: AbortSignal.timeout(timeoutMs) });
    return answer.then(
      ({ ok }) => ok,
      () => false,
    );
  };
