import { createLocalJWKSet, decodeJwt, decodeProtectedHeader } from 'jose';
import * as z from 'zod';
import * as grammar from '../contracts/common-grammar.ts';
import type { HttpEvent } from '../contracts/http-event.ts';
import { ProblemError } from '../contracts/problem.ts';
import { remoteKeys } from './signing-keys.ts';
import { algorithm, bearerToken, isCurrent, type VerifiedToken, verifyToken } from './token.ts';

export interface Identity {
  readonly customer: string;
  readonly admin: boolean;
}

export type Authenticate = (event: HttpEvent) => Promise<Identity>;

/** Set by the stacks only where the function has no authorizer (a Function URL). */
export const identityEnv = {
  OIDC_ISSUER: z.url().optional(),
  OIDC_AUDIENCE: z.string().min(1).optional(),
  /** The issuer's public keys, where the function cannot reach the issuer. */
  OIDC_JWKS: z.string().min(1).optional(),
};

interface IdentitySettings {
  readonly OIDC_ISSUER?: string | undefined;
  readonly OIDC_AUDIENCE?: string | undefined;
  readonly OIDC_JWKS?: string | undefined;
}

/** Claims of the request's token, as text, where the host has verified it. */
export type VerifiedClaims = (event: HttpEvent) => Readonly<Record<string, unknown>>;

/** Identifies the caller from a verified token only, with the same verdict whether the host or we verify it. */
export function authenticator(env: IdentitySettings, verifiedClaims?: VerifiedClaims): Authenticate {
  const verify = env.OIDC_ISSUER ? ownVerifier(env, env.OIDC_ISSUER) : hostVerifier(verifiedClaims);
  return async (event) => {
    const token = bearerToken(event.headers.authorization);
    if (!token) throw new ProblemError('UNAUTHENTICATED', 'send `Authorization: Bearer <token>`');
    const verified = await verify(token, event);
    if (!verified || !isUnderstood(verified))
      throw new ProblemError('UNAUTHENTICATED', 'the token is invalid or has expired');
    requireAccessToken(verified);
    if (env.OIDC_AUDIENCE) requireAudience(verified, env.OIDC_AUDIENCE);
    return toIdentity(verified);
  };
}

/**
 * A host may accept more algorithms, and ignore critical extensions that a verifier must understand; we understand
 * none.
 */
const isUnderstood = ({ header }: VerifiedToken) => header.alg === algorithm && header.crit === undefined;

type Verify = (token: string, event: HttpEvent) => Promise<VerifiedToken | undefined>;

function ownVerifier(env: IdentitySettings, url: string): Verify {
  if (!env.OIDC_AUDIENCE) throw new Error('OIDC_ISSUER is set without OIDC_AUDIENCE; the stack sets both');
  const issuer = url.replace(/\/$/, '');
  const keys = env.OIDC_JWKS
    ? createLocalJWKSet(JSON.parse(env.OIDC_JWKS))
    : remoteKeys(`${issuer}/.well-known/jwks.json`);
  return (token) => verifyToken(token, keys, { issuer });
}

/**
 * The host's claims are text: the groups `[a b]` may be one group or two. So we read the claims from the token itself,
 * which must be the one that the host verified.
 */
function hostVerifier(verifiedClaims: VerifiedClaims | undefined): Verify {
  if (!verifiedClaims)
    throw new Error('OIDC_ISSUER is not set, and this host does not verify tokens; set OIDC_ISSUER and OIDC_AUDIENCE');
  return async (token, event) => {
    const trusted = verifiedClaims(event);
    const verified = decode(token);
    const same = (['iss', 'sub', 'exp', 'iat', 'jti'] as const).every((name) => {
      const [hosts, own] = [trusted[name], verified?.claims[name]];
      return String(hosts) === String(own) || Number(hosts) === own;
    });
    return same && verified && isCurrent(verified.claims) ? verified : undefined;
  };
}

function decode(token: string): VerifiedToken | undefined {
  try {
    return { header: decodeProtectedHeader(token) as VerifiedToken['header'], claims: decodeJwt(token) };
  } catch {
    return undefined;
  }
}

/** https://www.rfc-editor.org/rfc/rfc9068#section-4 */
const accessTokenTypes = ['jwt', 'at+jwt', 'application/at+jwt'];

/** An ID token tells a client who signed in, and a refresh token renews; neither allows a call. */
function requireAccessToken({ header, claims }: VerifiedToken): void {
  const { token_use: use = 'access', typ = 'Bearer' } = claims;
  const access =
    use === 'access' &&
    // Keycloak's name for an access token.
    typ === 'Bearer' &&
    accessTokenTypes.includes((header.typ ?? 'JWT').toLowerCase()) &&
    !('nonce' in claims || 'at_hash' in claims || 'c_hash' in claims);
  if (!access) throw new ProblemError('UNAUTHENTICATED', 'the token is not an access token');
}

// Cognito's access tokens have `client_id` instead of `aud`; like API Gateway, accept either.
function requireAudience({ claims }: VerifiedToken, audience: string): void {
  const named = [claims.aud ?? claims.client_id].flat();
  if (!named.includes(audience))
    throw new ProblemError('UNAUTHENTICATED', 'the token was issued for a different audience');
}

function toIdentity({ claims }: VerifiedToken): Identity {
  const customer = grammar.customerId.safeParse(claims.sub);
  if (!customer.success) throw new ProblemError('UNAUTHENTICATED', 'the token has no valid `sub` claim');
  const groups = claims['cognito:groups'];
  return { customer: customer.data, admin: Array.isArray(groups) && groups.includes('admin') };
}
