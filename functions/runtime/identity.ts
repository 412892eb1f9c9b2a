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

/** Set by the stacks only where no authorizer stands in front of the function (a Function URL). */
export const identityEnv = {
  OIDC_ISSUER: z.url().optional(),
  OIDC_AUDIENCE: z.string().min(1).optional(),
  /** The issuer's keys, where it cannot be reached from the function. */
  OIDC_JWKS: z.string().min(1).optional(),
};

interface IdentitySettings {
  readonly OIDC_ISSUER?: string | undefined;
  readonly OIDC_AUDIENCE?: string | undefined;
  readonly OIDC_JWKS?: string | undefined;
}

/** Claims of a token that the host has verified already. */
export type VerifiedClaims = (event: HttpEvent) => Readonly<Record<string, unknown>>;

/** Identifies the caller from nothing but a verified token: the host's claims, or the bearer token itself. */
export function authenticator(env: IdentitySettings, verifiedClaims?: VerifiedClaims): Authenticate {
  if (!env.OIDC_ISSUER) {
    if (!verifiedClaims) throw new Error('OIDC_ISSUER is not set, and this host verifies no tokens');
    return async (event) => identityOf(verifiedClaims(event));
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
    // One fixed algorithm: a token cannot choose `none`, nor an HMAC keyed with the public key.
    const verified = await jwtVerify(token, keys, { issuer, algorithms: ['RS256'], requiredClaims: ['exp'] }).catch(
      refuse,
    );
    return identityOf(forAudience(verified.payload, audience));
  };
}

function refuse(error: unknown): never {
  // Whatever jose says against a token is the client's matter; keys that could not be had are not.
  if (!(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout) throw error;
  throw new ProblemError('UNAUTHENTICATED', 'the token is not valid here, or not any more');
}

// Cognito's access tokens name their client in `client_id` and have no `aud`; API Gateway takes either, and so do we.
function forAudience(claims: JWTPayload, audience: string): JWTPayload {
  const named = [claims.aud ?? claims.client_id].flat();
  if (!named.includes(audience)) throw new ProblemError('UNAUTHENTICATED', 'the token is for another audience');
  return claims;
}

function identityOf(claims: Readonly<Record<string, unknown>>): Identity {
  const customer = grammar.customerId.safeParse(claims.sub);
  if (!customer.success) throw new ProblemError('UNAUTHENTICATED', 'the token names no customer');
  return { customer: customer.data, admin: groupsOf(claims['cognito:groups']).includes('admin') };
}

// API Gateway hands an array claim over as the text `[admin editors]`.
function groupsOf(claim: unknown): string[] {
  if (Array.isArray(claim)) return claim.map(String);
  return typeof claim === 'string' ? claim.replace(/^\[|\]$/g, '').split(/[ ,]+/) : [];
}
