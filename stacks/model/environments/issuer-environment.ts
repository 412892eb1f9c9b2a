export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  /** The issuer's keys, where functions cannot reach the issuer. */
  readonly jwks?: string | null;
}

/** For functions that verify tokens themselves. */
export function issuerEnvironment({ issuer, audience, jwks }: TokenSettings): Record<string, string> {
  return {
    OIDC_ISSUER: issuer,
    OIDC_AUDIENCE: audience,
    ...(jwks && { OIDC_JWKS: jwks }),
  };
}
