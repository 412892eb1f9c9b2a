import { within } from './within.ts';

/** A new version of the secret is used after this time at the latest. */
export const freshMs = 5 * 60_000;
/** Minimum time between two reads while the store is unavailable or the newest value was refused. */
const pauseMs = 1_000;
/** Limit of one read: the store's client retries, and a message waits for it. */
const readMs = 2_500;

export interface SecretReading<Value> {
  /** @throws for text that cannot be the secret */
  readonly parse: (text: string) => Value;
  /** Gets each failed read. The last good value stays in use, if there is one. */
  readonly onError: (error: unknown) => void;
  /** The error for callers when no value was ever read. */
  readonly toFailure: (cause: unknown) => Error;
  /** Monotonic milliseconds; overridden in tests. */
  readonly now?: () => number;
}

/** The secret's place in a cloud. */
interface Store {
  read(): Promise<string>;
}

export interface CachedSecret<Value> {
  /** The newest value. */
  current(): Promise<Value>;
  /** Reports that the value was refused: there may be a newer one. */
  refused(isRefused: (known: Value) => boolean): void;
}

interface Known<Value> {
  readonly value: Value;
  readonly until: number;
}

/** The newest value in the store, cached. Concurrent callers share one read. */
export function cachedSecret<Value>(
  store: Store,
  { parse, onError, toFailure, now = () => performance.now() }: SecretReading<Value>,
): CachedSecret<Value> {
  let known: Known<Value> | undefined;
  let triedAt = -Infinity;
  let reading: Promise<Value> | undefined;

  async function read(): Promise<Value> {
    try {
      // Editors and shells append a newline.
      const text = (await within(readMs, store.read())).trim();
      if (text === '') throw new Error('the secret is empty');
      const value = parse(text);
      known = { value, until: now() + freshMs };
      return value;
    } catch (error) {
      onError(error);
      // An outage of the store must not stop work that the old value can do.
      if (known) return known.value;
      throw toFailure(error);
    } finally {
      triedAt = now();
      reading = undefined;
    }
  }

  return {
    async current() {
      if (reading) return reading;
      if (known && (now() < known.until || now() - triedAt < pauseMs)) return known.value;
      reading = read();
      return reading;
    },
    refused(isRefused) {
      if (known && isRefused(known.value)) known = { value: known.value, until: -Infinity };
    },
  };
}
