import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWK,
  SignJWT,
} from 'jose';
import { project } from '../../../functions/contracts/project.ts';
import { anyPage, type Guard, programsOnly } from '../http/guard.ts';
import { listen } from '../http/listen.ts';
import { sendProblem } from '../http/problem.ts';
import { sendJson } from '../http/send-json.ts';
import { finishSignIn, showSignIn } from './authorize.ts';
import { AuthorizationCodes } from './codes.ts';
import { AllowedOrigins } from './origins.ts';
import {
  answerDirectly,
  answerForCode,
  defaultLifetimeSeconds,
  type Signer,
  type TokenRequest,
} from './token-endpoint.ts';

/** A small OIDC issuer: keys for the API's authorizer, and tokens for programs and people. */
export interface Issuer extends Signer {
  readonly url: string;
  readonly audience: string;
  readonly jwks: JSONWebKeySet;
  readonly keyId: string;
  /** For tests, which sign invalid tokens with the valid key. */
  readonly privateKey: CryptoKey;
  readonly privateJwk: JWK;
  /** Allows the storefront at this address to read the token endpoint's responses (CORS). */
  allowOrigin(url: string): void;
  stop(): Promise<void>;
}

export interface IssuerOptions {
  /** Clock for code expiry; overridden in tests. */
  readonly now?: () => number;
}

export const audience = project;
const algorithm = 'RS256';

export async function startIssuer({ now }: IssuerOptions = {}): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const keyId = await calculateJwkThumbprint(jwk);
  const jwks = { keys: [{ ...jwk, kid: keyId, alg: algorithm, use: 'sig' }] };
  const codes = new AuthorizationCodes(now);
  const origins = new AllowedOrigins();
  const listener = await listen(
    0,
    'the identity issuer',
    (request, response, url) => answer({ issuer, codes, origins }, request, response, url),
    { guard: pagesOf(origins) },
  );
  const issuer: Issuer = {
    url: listener.url,
    audience,
    jwks,
    keyId,
    privateKey,
    privateJwk: await exportJWK(privateKey),
    token: (request) => signAccess(issuer, request),
    idToken: ({ customer, clientId, nonce }) =>
      sign(issuer, { token_use: 'id', nonce }, { customer, audience: clientId }),
    allowOrigin: (url) => origins.add(url),
    stop: () => listener.close(),
  };
  return issuer;
}

function signAccess(issuer: Issuer, request: TokenRequest): Promise<string> {
  return sign(issuer, { ...(request.admin ? { 'cognito:groups': ['admin'] } : {}), token_use: 'access' }, request);
}

function sign(issuer: Issuer, claims: Record<string, unknown>, request: TokenRequest): Promise<string> {
  const expires = Math.floor(Date.now() / 1000) + (request.expiresInSeconds ?? defaultLifetimeSeconds);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm, kid: issuer.keyId, typ: 'JWT' })
    .setIssuer(issuer.url)
    .setAudience(request.audience ?? audience)
    .setSubject(request.customer)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(issuer.privateKey);
}

interface Parts {
  readonly issuer: Issuer;
  readonly codes: AuthorizationCodes;
  readonly origins: AllowedOrigins;
}

const forPeople = ['/authorize'];
const forStorefronts = ['/token', '/.well-known/openid-configuration', '/.well-known/jwks.json'];

async function answer(
  { issuer, codes, origins }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  { pathname, searchParams }: URL,
): Promise<void> {
  if (forStorefronts.includes(pathname)) origins.admit(request, response);
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  switch (`${request.method} ${pathname}`) {
    case 'GET /.well-known/openid-configuration':
      return sendJson(response, 200, buildConfiguration(issuer));
    case 'GET /.well-known/jwks.json':
      return sendJson(response, 200, issuer.jwks);
    case 'GET /authorize':
      return showSignIn({ ...issuer, codes }, searchParams, response);
    case 'POST /authorize':
      return finishSignIn({ ...issuer, codes }, request, response);
    case 'POST /token':
      return isForm ? answerForCode(issuer, codes, request, response) : answerDirectly(issuer, request, response);
    case 'OPTIONS /token':
      return origins.preflight(response);
  }
  sendProblem(response, {
    status: 404,
    code: 'not_found',
    title: 'Not Found',
    detail: `The issuer has no ${request.method} ${pathname}.`,
  });
}

/** A browser may open the sign-in page, and fetch tokens from the storefront's scripts, but nothing else. */
function pagesOf(origins: AllowedOrigins): Guard {
  return (request, url) => {
    const fromStorefront = forStorefronts.includes(url.pathname) && origins.allow(request);
    return (forPeople.includes(url.pathname) || fromStorefront ? anyPage : programsOnly)(request, url);
  };
}

function buildConfiguration({ url }: Issuer): object {
  return {
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/.well-known/jwks.json`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    scopes_supported: ['openid'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [algorithm],
    authorization_response_iss_parameter_supported: true,
  };
}
