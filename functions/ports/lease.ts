import type { LeaseRecord } from '../domain/lease.ts';

export interface Lease extends LeaseRecord {
  readonly name: string;
}

export interface LeaseStore {
  /** Undefined when another holder has the lease at `nowMs`. The token is higher than all earlier ones. */
  take(name: string, holder: string, nowMs: number, forMs: number): Promise<Lease | undefined>;
  /** Undefined when another holder has taken it. */
  renew(lease: Lease, nowMs: number, forMs: number): Promise<Lease | undefined>;
  /** Lets others take the lease at once. No effect after another holder has taken it. */
  release(lease: Lease): Promise<void>;
}

/** A store that checks the fencing token: a holder that lost its lease cannot write. */
export interface FencedNotes {
  read(key: string): Promise<string | undefined>;
  /** Returns false and writes nothing unless the lease's token is the latest. */
  write(key: string, text: string, lease: Lease): Promise<boolean>;
}
