/** A secret that we share with the partner, and the name that both sides derive from it. */
export interface PartnerKey {
  readonly id: string;
  readonly secret: string;
}

/** Where a cloud keeps one secret. */
export interface SecretStore {
  /** The newest version. */
  read(): Promise<string>;
}

export interface PartnerKeys {
  /**
   * The key to sign with.
   *
   * @throws {PartnerFailed} when none was ever read: the order waits
   */
  current(): Promise<PartnerKey>;
  /** The partner does not accept this key: there may be a newer one. */
  refused(key: PartnerKey): void;
}
