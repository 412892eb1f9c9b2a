import { errors, type JWTHeaderParameters, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';

export interface TokenRules {
  readonly issuer: string;
  readonly audience?: string;
}

/** A token's verified header and claims. */
export interface VerifiedToken {
  readonly header: JWTHeaderParameters;
  readonly claims: JWTPayload;
}

/** Clocks differ by seconds: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4 */
const clockTolerance = 5;

/** The token of an `Authorization: Bearer` header. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
}

/**
 * Verifies a token's signature, issuer, times and, if given, audience.
 *
 * @returns undefined when the token is invalid
 * @throws {KeysUnavailable} when it could not be judged
 */
export async function verifyToken(
  token: string,
  keys: JWTVerifyGetKey,
  rules: TokenRules,
): Promise<VerifiedToken | undefined> {
  // The algorithm is fixed, so a token cannot choose `none` or an HMAC keyed with the public key.
  const options = { ...rules, algorithms: ['RS256'], requiredClaims: ['exp'], clockTolerance };
  try {
    const { protectedHeader, payload } = await verifyWithAny(token, keys, options);
    const inFuture = payload.iat !== undefined && payload.iat > Date.now() / 1_000 + clockTolerance;
    return inFuture ? undefined : { header: protectedHeader, claims: payload };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** A token without a key id may be signed with any key of the set. */
async function verifyWithAny(token: string, keys: JWTVerifyGetKey, options: Parameters<typeof jwtVerify>[2]) {
  try {
    return await jwtVerify(token, keys, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      const verified = await jwtVerify(token, key, options).catch(unlessOtherKey);
      if (verified) return verified;
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

function unlessOtherKey(error: unknown): undefined {
  if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
}
