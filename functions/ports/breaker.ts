import type { BreakerRecord, KnownBreaker } from '../domain/breaker.ts';

export interface BreakerStore {
  /** Strongly consistent. */
  read(name: string): Promise<KnownBreaker>;
  /** Stores `after` only if the stored version is that of `before`; otherwise returns false. */
  replace(name: string, before: KnownBreaker, after: BreakerRecord): Promise<boolean>;
}
