/** A difference that is harmless, and why. */
export interface Explained {
  readonly message: string;
  /** The field; empty for the message as a whole. */
  readonly path: string;
  readonly why: string;
}

/** Valid until the next release is recorded. Remove an entry that no longer differs. */
export const explained: readonly Explained[] = [];
