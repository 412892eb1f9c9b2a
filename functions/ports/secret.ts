/** A cloud's store of one secret. */
export interface SecretStore {
  /** The newest version. */
  read(): Promise<string>;
}

/** A secret that may get a new value while functions run. */
export interface Secret<Value = string> {
  /**
   * The newest value.
   *
   * @throws when none was ever read
   */
  current(): Promise<Value>;
}
