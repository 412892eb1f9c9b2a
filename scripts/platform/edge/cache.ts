import { LRUCache } from 'lru-cache';
import { type Entry, sizeOf } from './entry.ts';
import type { CacheKey } from './key.ts';

/** Result of a fetch from the origin. */
export type FetchResult<Own> =
  /** Shareable with every request of the same key. */
  | { readonly kind: 'shared'; readonly entry: Entry; readonly refreshed: boolean }
  /** For this viewer only: must not be cached. */
  | { readonly kind: 'own'; readonly own: Own }
  /** The origin failed; `own` is its error response, if any. */
  | { readonly kind: 'failed'; readonly status: number; readonly own?: Own };

export type Served<Own> =
  | { readonly outcome: 'hit' | 'stale' | 'collapsed' | 'miss' | 'refresh'; readonly entry: Entry }
  | { readonly outcome: 'own'; readonly own: Own }
  /** Not shareable: fetch it separately. */
  | { readonly outcome: 'ask' }
  | { readonly outcome: 'failed'; readonly status: number };

/** Fetches from the origin, with the cached entry's validators. Never rejects. */
export type Load<Own> = (cached: Entry | undefined) => Promise<FetchResult<Own>>;

interface PendingFetch<Own> {
  readonly target: string;
  readonly result: Promise<FetchResult<Own>>;
  /** Set if invalidated while pending: the response may be older than the invalidation, so it is not cached. */
  invalidated: boolean;
}

export interface CacheOptions {
  readonly maxBytes: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Pause before the next call to a failing origin while a stale entry can be served. */
const errorPauseMs = 1_000;

/** Caches responses, collapses concurrent fetches of a key, and serves stale entries as far as the origin allows. */
export class EdgeCache<Own> {
  readonly #entries: LRUCache<string, Entry>;
  readonly #pending = new Map<string, PendingFetch<Own>>();
  readonly #now: () => number;

  constructor({ maxBytes, now }: CacheOptions) {
    this.#entries = new LRUCache({ maxSize: maxBytes, maxEntrySize: Math.ceil(maxBytes / 4), sizeCalculation: sizeOf });
    this.#now = now;
  }

  /** Serves synchronously from an entry that is fresh, or stale within its grace period. */
  read(key: CacheKey, load: Load<Own>): Served<Own> | Promise<Served<Own>> {
    const now = this.#now();
    const entry = this.#entries.get(key.text);
    if (entry && now < entry.freshUntilMs) return { outcome: 'hit', entry };
    if (entry && now < entry.retryAtMs && now < graceEnd(entry)) return { outcome: 'stale', entry };
    if (entry && now < entry.staleUntilMs) {
      if (!this.#pending.has(key.text)) void this.#fetch(key, entry, load);
      return { outcome: 'stale', entry };
    }
    const pending = this.#pending.get(key.text);
    return pending ? this.#join(pending, key, entry) : this.#begin(key, entry, load);
  }

  async #begin(key: CacheKey, entry: Entry | undefined, load: Load<Own>): Promise<Served<Own>> {
    const result = await this.#fetch(key, entry, load);
    if (result.kind === 'shared') return { outcome: result.refreshed ? 'refresh' : 'miss', entry: result.entry };
    if (result.kind === 'own') return { outcome: 'own', own: result.own };
    if (entry && this.#usableOnError(key, entry)) return { outcome: 'stale', entry };
    return result.own === undefined
      ? { outcome: 'failed', status: result.status }
      : { outcome: 'own', own: result.own };
  }

  async #join(pending: PendingFetch<Own>, key: CacheKey, entry: Entry | undefined): Promise<Served<Own>> {
    const result = await pending.result;
    if (result.kind === 'shared') return { outcome: 'collapsed', entry: result.entry };
    if (result.kind === 'own') return { outcome: 'ask' };
    if (entry && this.#usableOnError(key, entry)) return { outcome: 'stale', entry };
    return { outcome: 'failed', status: result.status };
  }

  /** Returns false if the entry was invalidated during the fetch. */
  #usableOnError(key: CacheKey, entry: Entry): boolean {
    return this.#entries.peek(key.text) === entry && this.#now() < entry.errorUntilMs;
  }

  #fetch(key: CacheKey, entry: Entry | undefined, load: Load<Own>): Promise<FetchResult<Own>> {
    const pending: PendingFetch<Own> = { target: key.target, result: load(entry), invalidated: false };
    this.#pending.set(key.text, pending);
    return pending.result.then((result) => {
      if (this.#pending.get(key.text) === pending) this.#pending.delete(key.text);
      if (!pending.invalidated) this.#store(key, entry, result);
      return result;
    });
  }

  #store(key: CacheKey, before: Entry | undefined, result: FetchResult<Own>): void {
    if (result.kind === 'shared') this.#entries.set(key.text, result.entry);
    else if (result.kind !== 'failed') this.#entries.delete(key.text);
    else if (before) before.retryAtMs = this.#now() + errorPauseMs;
  }

  /** Invalidates matching targets (path and query), also pending fetches. Returns the number of removed entries. */
  drop(matches: (target: string) => boolean): number {
    const removed = [...this.#entries].filter(([, { target }]) => matches(target)).map(([text]) => text);
    for (const text of removed) this.#entries.delete(text);
    for (const [text, pending] of [...this.#pending].filter(([, { target }]) => matches(target))) {
      pending.invalidated = true;
      this.#pending.delete(text);
    }
    return removed.length;
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
