import type { Item } from '../../../dynamodb/expressions.ts';
import { longestLagMs } from '../../../dynamodb/history.ts';

interface Change {
  readonly atMs: number;
  readonly units: number;
}

interface Generation {
  readonly name: string;
  readonly fromMs: number;
  untilMs: number;
}

/**
 * History of each generation of the views. A reader may lag, but must never see less than a generation held when it
 * became live, nor a sum of two generations.
 */
export class SalesWitness {
  /** Changes per counter row, by generation and product. */
  readonly #counters = new Map<string, Map<string, Change[]>>();
  readonly #live: Generation[] = [{ name: '', fromMs: 0, untilMs: Number.POSITIVE_INFINITY }];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Called for each row written to the views. @returns whether it made another generation live */
  changed({ pk, sk, ...row }: Item): boolean {
    if (sk === 'GENERATION') {
      for (const one of this.#live) one.untilMs = Math.min(one.untilMs, this.#now());
      this.#live.push({ name: String(row.generation), fromMs: this.#now(), untilMs: Number.POSITIVE_INFINITY });
      return true;
    }
    if (sk !== 'TOTAL') return false;
    const parts = String(pk).split('#');
    const [slot = '', sku = '', , generation = ''] = parts.reverse();
    const counters = this.#countersOf(generation, sku);
    const changes = counters.get(slot) ?? [];
    counters.set(slot, [...changes, { atMs: this.#now(), units: Number(row.reservedUnits ?? 0) }]);
    return false;
  }

  /** @returns whether a read since `sinceMs` may have returned this sum */
  isPossible(sku: string, units: number, sinceMs: number): boolean {
    const fromMs = sinceMs - longestLagMs;
    return this.#live.some((generation) => {
      if (generation.untilMs < fromMs) return false;
      const [low, high] = this.#boundsOf(generation, sku, Math.max(fromMs, generation.fromMs));
      return low <= units && units <= high;
    });
  }

  #boundsOf({ name }: Generation, sku: string, fromMs: number): [low: number, high: number] {
    let [low, high] = [0, 0];
    for (const changes of this.#countersOf(name, sku).values()) {
      const before = changes.findLast(({ atMs }) => atMs <= fromMs)?.units ?? 0;
      const seen = [before, ...changes.filter(({ atMs }) => atMs > fromMs).map((change) => change.units)];
      low += Math.min(...seen);
      high += Math.max(...seen);
    }
    return [low, high];
  }

  #countersOf(generation: string, sku: string): Map<string, Change[]> {
    const name = `${generation}#${sku}`;
    const found = this.#counters.get(name) ?? new Map<string, Change[]>();
    this.#counters.set(name, found);
    return found;
  }
}
