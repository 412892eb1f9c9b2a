/** For functions that verify tokens themselves. */
export function issuerEnvironment(issuer: {
  readonly issuer: string;
  readonly audience: string;
  readonly jwks: string | null;
}): Record<string, string> {
  return {
    OIDC_ISSUER: issuer.issuer,
    OIDC_AUDIENCE: issuer.audience,
    ...(issuer.jwks !== null && { OIDC_JWKS: issuer.jwks }),
  };
}
