import type { LeaseRecord } from '../domain/lease.ts';

export interface Lease extends LeaseRecord {
  readonly name: string;
}

export interface LeaseStore {
  /** The lease, if nobody holds it at `nowMs`. Its token is higher than all before it. */
  take(name: string, holder: string, nowMs: number, forMs: number): Promise<Lease | undefined>;
  /** Undefined when somebody else took it meanwhile. */
  renew(lease: Lease, nowMs: number, forMs: number): Promise<Lease | undefined>;
  /** Others may take it at once. Without effect when somebody did. */
  release(lease: Lease): Promise<void>;
}

/** A store that asks for the fence: whoever was overtaken while it paused changes nothing. */
export interface FencedNotes {
  read(key: string): Promise<string | undefined>;
  /** False, and nothing changed, unless the lease's token is still the one that was given last. */
  write(key: string, text: string, lease: Lease): Promise<boolean>;
}
