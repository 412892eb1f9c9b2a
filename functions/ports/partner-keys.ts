import type { Secret } from './secret.ts';

/** A secret that we share with the partner, and the name that both sides derive from it. */
export interface PartnerKey {
  readonly id: string;
  readonly secret: string;
}

export interface PartnerKeys extends Secret<PartnerKey> {
  /**
   * The key to sign with.
   *
   * @throws {PartnerFailed} when none was ever read: the order waits
   */
  current(): Promise<PartnerKey>;
  /** The partner does not accept this key: there may be a newer one. */
  refused(key: PartnerKey): void;
}
