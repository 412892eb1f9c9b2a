import type { Rights, Transfer } from './rights.ts';

export interface StoredRights {
  readonly rights: Rights;
  /** Changes with every write. */
  readonly version: string;
}

/** A site's own store of its stock rights. */
export interface RightsStore {
  /** Strongly consistent; undefined before the first write. */
  find(sku: string): Promise<StoredRights | undefined>;
  /** Whether a change with this name was made. Strongly consistent. */
  wasMade(sku: string, name: string): Promise<boolean>;
  /**
   * Writes the rights and the change's name in one transaction. Returns false, changing nothing, when the rights differ
   * from `before`, the name exists, or the store is busy.
   */
  make(sku: string, name: string, before: StoredRights | undefined, after: Rights): Promise<boolean>;
}

export interface TopUp {
  readonly id: string;
  readonly sku: string;
  /** The site that gives. */
  readonly from: string;
  /** The site that asks. */
  readonly to: string;
  readonly wanted: number;
}

/** Calls to other sites, which may be lost, duplicated or delayed. A call rejects when no answer arrives in time. */
export interface OtherSites {
  readonly names: readonly string[];
  /** Units sent for this request; undefined when the other site had none. */
  ask(request: TopUp): Promise<Transfer | undefined>;
  /** Resolves once the units have arrived. */
  tell(transfer: Transfer): Promise<void>;
}
