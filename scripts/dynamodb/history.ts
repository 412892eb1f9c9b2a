import type { Item } from './expressions.ts';

/** How far an eventually consistent read may lag: an assumption, since AWS promises no bound. */
export const longestLagMs = 2_000;

/** Half of the eventually consistent reads are up to date. */
export function toLagMs(pick: number): number {
  return pick >= 0.5 ? 0 : (1 - 2 * pick) ** 2 * longestLagMs;
}

interface Written {
  readonly atMs: number;
  readonly before: Item | undefined;
}

/** Earlier versions of each item, for eventually consistent reads. */
export class History {
  readonly #written = new WeakMap<Item, Written>();

  record(after: Item, before: Item | undefined, atMs: number): void {
    this.#written.set(after, { atMs, before });
  }

  /** The version of an item that was stored at a time. */
  asOf(item: Item | undefined, atMs: number): Item | undefined {
    let version = item;
    for (let written = this.#find(version); written && written.atMs > atMs; written = this.#find(version)) {
      version = written.before;
    }
    return version;
  }

  #find(version: Item | undefined): Written | undefined {
    return version && this.#written.get(version);
  }
}
