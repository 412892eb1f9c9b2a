import type { BreakerRecord, KnownBreaker } from '../domain/breaker.ts';

export interface BreakerStore {
  /** Strongly consistent. */
  read(name: string): Promise<KnownBreaker>;
  /** Stores the record only if the version that stands there is that of `before`; otherwise false, and nothing changed. */
  replace(name: string, before: KnownBreaker, after: BreakerRecord): Promise<boolean>;
}
