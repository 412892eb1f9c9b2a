import type { Rights, Transfer } from './rights.ts';

/** The rights as they were read. */
export interface KnownRights {
  readonly rights: Rights;
  /** Another one after every write. */
  readonly version: string;
}

/** A site's own store of its stock rights. */
export interface RightsStore {
  /** Strongly consistent; undefined before the first write. */
  find(sku: string): Promise<KnownRights | undefined>;
  /** Whether a change of this name was made. Strongly consistent. */
  wasMade(sku: string, name: string): Promise<boolean>;
  /**
   * Makes a change once: writes the rights and remembers its name, in one transaction. False, and nothing is changed, when
   * the rights are not as `before` says any more, the name is known, or the store is busy.
   */
  make(sku: string, name: string, before: KnownRights | undefined, after: Rights): Promise<boolean>;
}

export interface TopUp {
  readonly id: string;
  readonly sku: string;
  /** Who is asked. */
  readonly from: string;
  /** Who asks. */
  readonly to: string;
  readonly wanted: number;
}

/** The way to the other sites, which loses, doubles and delays: a call rejects when no answer came in time. */
export interface OtherSites {
  readonly names: readonly string[];
  /** The units that the other site sent for this request; undefined when it had none. */
  ask(request: TopUp): Promise<Transfer | undefined>;
  /** Resolves once the units have arrived. */
  tell(transfer: Transfer): Promise<void>;
}
