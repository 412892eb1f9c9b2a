import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import * as z from 'zod';
import * as grammar from '../contracts/grammar.ts';
import type { HttpEvent } from '../contracts/http-event.ts';
import { ProblemError } from '../contracts/problem.ts';

export interface Identity {
  readonly customer: string;
  readonly admin: boolean;
}

export type Authenticate = (event: HttpEvent) => Promise<Identity>;

/** Set by the stacks only where the function has no authorizer (a Function URL). */
export const identityEnv = {
  OIDC_ISSUER: z.url().optional(),
  OIDC_AUDIENCE: z.string().min(1).optional(),
  /** The issuer's keys, where the function cannot reach the issuer. */
  OIDC_JWKS: z.string().min(1).optional(),
};

interface IdentitySettings {
  readonly OIDC_ISSUER?: string | undefined;
  readonly OIDC_AUDIENCE?: string | undefined;
  readonly OIDC_JWKS?: string | undefined;
}

/** Claims of a token that the host has already verified. */
export type VerifiedClaims = (event: HttpEvent) => Readonly<Record<string, unknown>>;

/** Identifies the caller from a verified token only: the host's claims, or the bearer token itself. */
export function authenticator(env: IdentitySettings, verifiedClaims?: VerifiedClaims): Authenticate {
  if (!env.OIDC_ISSUER) {
    if (!verifiedClaims)
      throw new Error(
        'OIDC_ISSUER is not set, and this host does not verify tokens; set OIDC_ISSUER and OIDC_AUDIENCE',
      );
    return async (event) => parseIdentity(verifiedClaims(event));
  }
  if (!env.OIDC_AUDIENCE) throw new Error('OIDC_ISSUER is set without OIDC_AUDIENCE; the stack sets both');
  const issuer = env.OIDC_ISSUER.replace(/\/$/, '');
  const audience = env.OIDC_AUDIENCE;
  const keys = env.OIDC_JWKS
    ? createLocalJWKSet(JSON.parse(env.OIDC_JWKS))
    : createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), { timeoutDuration: 2_000 });

  return async (event) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(event.headers.authorization ?? '')?.[1];
    if (!token) throw new ProblemError('UNAUTHENTICATED', 'send `Authorization: Bearer <token>`');
    // The algorithm is fixed, so a token cannot choose `none` or an HMAC keyed with the public key.
    const verified = await jwtVerify(token, keys, { issuer, algorithms: ['RS256'], requiredClaims: ['exp'] }).catch(
      rejectInvalidToken,
    );
    return parseIdentity(requireAudience(verified.payload, audience));
  };
}

function rejectInvalidToken(error: unknown): never {
  // An invalid token is the client's error; keys that could not be fetched are ours.
  if (!(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout) throw error;
  throw new ProblemError('UNAUTHENTICATED', 'the token is invalid or has expired');
}

// Cognito's access tokens have `client_id` instead of `aud`; like API Gateway, accept either.
function requireAudience(claims: JWTPayload, audience: string): JWTPayload {
  const named = [claims.aud ?? claims.client_id].flat();
  if (!named.includes(audience))
    throw new ProblemError('UNAUTHENTICATED', 'the token was issued for a different audience');
  return claims;
}

function parseIdentity(claims: Readonly<Record<string, unknown>>): Identity {
  const customer = grammar.customerId.safeParse(claims.sub);
  if (!customer.success) throw new ProblemError('UNAUTHENTICATED', 'the token has no valid `sub` claim');
  return { customer: customer.data, admin: parseGroups(claims['cognito:groups']).includes('admin') };
}

// API Gateway passes an array claim as the string `[admin editors]`.
function parseGroups(claim: unknown): string[] {
  if (Array.isArray(claim)) return claim.map(String);
  return typeof claim === 'string' ? claim.replace(/^\[|\]$/g, '').split(/[ ,]+/) : [];
}
