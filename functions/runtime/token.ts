import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose';
import type { Keys } from './signing-keys.ts';

export interface TokenRules {
  readonly issuer: string;
  readonly audience?: string;
}

/** Fixed, so that a token cannot choose `none`, or an HMAC keyed with the public key. */
export const algorithm = 'RS256';

/** A token's verified header and claims. */
export interface VerifiedToken {
  readonly header: JWTHeaderParameters;
  readonly claims: JWTPayload;
}

/** Clocks differ by seconds: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4 */
const clockTolerance = 5;

/** Whether the token is valid now according to its claims. */
export function isCurrent({ exp, nbf = 0, iat = 0 }: JWTPayload): boolean {
  const now = Date.now() / 1_000;
  const begun = [nbf, iat].every((time) => typeof time === 'number' && time <= now + clockTolerance);
  return begun && typeof exp === 'number' && exp > now - clockTolerance;
}

/** The token of an `Authorization: Bearer` header. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
}

/**
 * Verifies a token's signature, issuer, times and, if given, audience.
 *
 * @returns undefined when the token is invalid
 * @throws {KeysUnavailable} when it could not be judged
 */
export async function verifyToken(token: string, keys: Keys, rules: TokenRules): Promise<VerifiedToken | undefined> {
  const options = { ...rules, algorithms: [algorithm], clockTolerance };
  try {
    const { protectedHeader, payload } = await verifyWithNewest(token, keys, options);
    return isCurrent(payload) ? { header: protectedHeader, claims: payload } : undefined;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

async function verifyWithNewest(token: string, keys: Keys, options: Parameters<typeof jwtVerify>[2]) {
  const used = keys.used?.();
  try {
    return await verifyWithAny(token, keys, options);
  } catch (error) {
    if (!(error instanceof errors.JWSSignatureVerificationFailed) || !(await keys.renew?.(used))) throw error;
    return verifyWithAny(token, keys, options);
  }
}

/** A token without a key id may be signed with any key of the set. */
async function verifyWithAny(token: string, keys: Keys, options: Parameters<typeof jwtVerify>[2]) {
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
