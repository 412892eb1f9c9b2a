/** A secret's name in every spelling. */
export interface SecretSpelling {
  /** Its issuer, one word of small letters: `carrier`. */
  readonly holder: string;
  /** In the clouds' stores: `carrier-key`. */
  readonly secret: string;
  /** The variable that tells a function where it is. */
  readonly env: string;
  /** The port that reads it. */
  readonly port: string;
}

export const toSecretSpelling = (holder: string): SecretSpelling => ({
  holder,
  // Not '-secret': an ARN without its own six characters would be taken for a whole one.
  secret: `${holder}-key`,
  env: `${holder.toUpperCase()}_SECRET`,
  port: `${holder}Secret`,
});
