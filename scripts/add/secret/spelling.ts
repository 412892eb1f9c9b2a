/** A secret's name in every spelling. */
export interface SecretSpelling {
  /** Its issuer, one word of small letters: `carrier`. */
  readonly holder: string;
  /** Its name in the clouds' stores: `carrier-key`. */
  readonly secret: string;
  /** The variable that holds its location. */
  readonly env: string;
  /** The port that reads it. */
  readonly port: string;
}

export const toSecretSpelling = (holder: string): SecretSpelling => ({
  holder,
  // Not '-secret': an ARN without its six random characters would be taken for a complete one.
  secret: `${holder}-key`,
  env: `${holder.toUpperCase()}_SECRET`,
  port: `${holder}Secret`,
});
