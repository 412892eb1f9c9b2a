import { LRUCache } from 'lru-cache';
import { type Entry, sizeOf } from './entry.ts';
import type { CacheKey } from './key.ts';

/** How a fetch from the origin ended. */
export type Landing<Own> =
  /** For everybody with the same key. */
  | { readonly kind: 'shared'; readonly entry: Entry; readonly refreshed: boolean }
  /** For the one who asked: it must not be kept. */
  | { readonly kind: 'own'; readonly own: Own }
  /** The origin failed; `own` is its error answer, if it gave one. */
  | { readonly kind: 'failed'; readonly status: number; readonly own?: Own };

export type Served<Own> =
  | { readonly outcome: 'hit' | 'stale' | 'collapsed' | 'miss' | 'refresh'; readonly entry: Entry }
  | { readonly outcome: 'own'; readonly own: Own }
  /** Others asked for the same and the answer was not for sharing: ask for yourself. */
  | { readonly outcome: 'ask' }
  | { readonly outcome: 'failed'; readonly status: number };

/** Asks the origin, with the validators of what is kept. Never rejects. */
export type Load<Own> = (kept: Entry | undefined) => Promise<Landing<Own>>;

interface Flight<Own> {
  readonly target: string;
  readonly landing: Promise<Landing<Own>>;
  /** Invalidated on its way: its answer may be older than the invalidation, and is not kept. */
  dropped: boolean;
}

export interface CacheOptions {
  readonly maxBytes: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** How long a failing origin is left alone while something stale can be served. */
const errorPauseMs = 1_000;

/** Keeps answers, asks once for each key at a time, and serves what has expired as far as the origin allows it. */
export class EdgeCache<Own> {
  readonly #entries: LRUCache<string, Entry>;
  readonly #flights = new Map<string, Flight<Own>>();
  readonly #now: () => number;

  constructor({ maxBytes, now }: CacheOptions) {
    this.#entries = new LRUCache({ maxSize: maxBytes, maxEntrySize: Math.ceil(maxBytes / 4), sizeCalculation: sizeOf });
    this.#now = now;
  }

  /** Answers at once from what is fresh, or stale within its grace. */
  read(key: CacheKey, load: Load<Own>): Served<Own> | Promise<Served<Own>> {
    const now = this.#now();
    const entry = this.#entries.get(key.text);
    if (entry && now < entry.freshUntilMs) return { outcome: 'hit', entry };
    if (entry && now < entry.retryAtMs && now < graceEnd(entry)) return { outcome: 'stale', entry };
    if (entry && now < entry.staleUntilMs) {
      if (!this.#flights.has(key.text)) void this.#fly(key, entry, load);
      return { outcome: 'stale', entry };
    }
    const flight = this.#flights.get(key.text);
    return flight ? this.#follow(flight, key, entry) : this.#lead(key, entry, load);
  }

  async #lead(key: CacheKey, entry: Entry | undefined, load: Load<Own>): Promise<Served<Own>> {
    const landing = await this.#fly(key, entry, load);
    if (landing.kind === 'shared') return { outcome: landing.refreshed ? 'refresh' : 'miss', entry: landing.entry };
    if (landing.kind === 'own') return { outcome: 'own', own: landing.own };
    if (entry && this.#mayStandIn(key, entry)) return { outcome: 'stale', entry };
    return landing.own === undefined
      ? { outcome: 'failed', status: landing.status }
      : { outcome: 'own', own: landing.own };
  }

  async #follow(flight: Flight<Own>, key: CacheKey, entry: Entry | undefined): Promise<Served<Own>> {
    const landing = await flight.landing;
    if (landing.kind === 'shared') return { outcome: 'collapsed', entry: landing.entry };
    if (landing.kind === 'own') return { outcome: 'ask' };
    if (entry && this.#mayStandIn(key, entry)) return { outcome: 'stale', entry };
    return { outcome: 'failed', status: landing.status };
  }

  /** Not when it was invalidated while the origin was asked. */
  #mayStandIn(key: CacheKey, entry: Entry): boolean {
    return this.#entries.peek(key.text) === entry && this.#now() < entry.errorUntilMs;
  }

  #fly(key: CacheKey, entry: Entry | undefined, load: Load<Own>): Promise<Landing<Own>> {
    const flight: Flight<Own> = { target: key.target, landing: load(entry), dropped: false };
    this.#flights.set(key.text, flight);
    return flight.landing.then((landing) => {
      if (this.#flights.get(key.text) === flight) this.#flights.delete(key.text);
      if (!flight.dropped) this.#keep(key, entry, landing);
      return landing;
    });
  }

  #keep(key: CacheKey, before: Entry | undefined, landing: Landing<Own>): void {
    if (landing.kind === 'shared') this.#entries.set(key.text, landing.entry);
    else if (landing.kind !== 'failed') this.#entries.delete(key.text);
    else if (before) before.retryAtMs = this.#now() + errorPauseMs;
  }

  /** Forgets what the test picks by path and query, also what is on its way; the number of entries that went. */
  drop(picks: (target: string) => boolean): number {
    const doomed = [...this.#entries].filter(([, { target }]) => picks(target)).map(([text]) => text);
    for (const text of doomed) this.#entries.delete(text);
    for (const [text, flight] of [...this.#flights].filter(([, { target }]) => picks(target))) {
      flight.dropped = true;
      this.#flights.delete(text);
    }
    return doomed.length;
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  get size(): number {
    return this.#entries.size;
  }
}

function graceEnd({ staleUntilMs, errorUntilMs }: Entry): number {
  return Math.max(staleUntilMs, errorUntilMs);
}
