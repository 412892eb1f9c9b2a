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
import { engineGuard } from './guard.ts';
import { listen } from './listen.ts';
import { sendProblem } from './problem.ts';

export interface TokenRequest {
  readonly customer: string;
  readonly admin?: boolean;
  readonly audience?: string;
  readonly expiresInSeconds?: number;
}

/** A small OIDC issuer: what the API's authorizer needs to check tokens, and a way to get some. */
export interface Issuer {
  readonly url: string;
  readonly audience: string;
  readonly jwks: JSONWebKeySet;
  readonly keyId: string;
  /** For tests that sign wrong tokens with the right key. */
  readonly privateKey: CryptoKey;
  readonly privateJwk: JWK;
  token(request: TokenRequest): Promise<string>;
  stop(): Promise<void>;
}

export const audience = 'flash-sale';
const algorithm = 'RS256';
const defaultLifetimeSeconds = 3_600;
const longestBody = 4_096;

export async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const keyId = await calculateJwkThumbprint(jwk);
  const jwks = { keys: [{ ...jwk, kid: keyId, alg: algorithm, use: 'sig' }] };
  const listener = await listen(
    0,
    'the identity issuer',
    (request, response) => void answer(issuer, request, response),
  );
  const issuer: Issuer = {
    url: listener.url,
    audience,
    jwks,
    keyId,
    privateKey,
    privateJwk: await exportJWK(privateKey),
    token: (request) => sign(issuer, request),
    stop: () => listener.close(),
  };
  return issuer;
}

function sign(issuer: Issuer, request: TokenRequest): Promise<string> {
  const expires = Math.floor(Date.now() / 1000) + (request.expiresInSeconds ?? defaultLifetimeSeconds);
  return new SignJWT({ ...(request.admin ? { 'cognito:groups': ['admin'] } : {}), token_use: 'access' })
    .setProtectedHeader({ alg: algorithm, kid: issuer.keyId, typ: 'JWT' })
    .setIssuer(issuer.url)
    .setAudience(request.audience ?? audience)
    .setSubject(request.customer)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(issuer.privateKey);
}

async function answer(issuer: Issuer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const problem = engineGuard(Number(new URL(issuer.url).port))(request.headers);
  if (problem) return sendProblem(response, problem);
  const { pathname } = new URL(request.url ?? '/', issuer.url);
  if (pathname === '/.well-known/openid-configuration') return sendJson(response, 200, configuration(issuer));
  if (pathname === '/.well-known/jwks.json') return sendJson(response, 200, issuer.jwks);
  if (pathname === '/token' && request.method === 'POST') return answerToken(issuer, request, response);
  sendProblem(response, {
    status: 404,
    code: 'not_found',
    title: 'Not Found',
    detail: `The issuer has no ${pathname}.`,
  });
}

function configuration(issuer: Issuer): object {
  return {
    issuer: issuer.url,
    jwks_uri: `${issuer.url}/.well-known/jwks.json`,
    token_endpoint: `${issuer.url}/token`,
    response_types_supported: ['token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [algorithm],
  };
}

async function answerToken(issuer: Issuer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const wanted = await readTokenRequest(request);
  if (!wanted)
    return sendProblem(response, {
      status: 400,
      code: 'malformed',
      title: 'Bad Request',
      detail: 'POST /token takes {"customer": "NAME", "admin": false} as JSON, with a name of 1 to 64 characters.',
    });
  const token = await issuer.token(wanted);
  sendJson(response, 200, { access_token: token, token_type: 'Bearer', expires_in: defaultLifetimeSeconds });
}

async function readTokenRequest(request: IncomingMessage): Promise<TokenRequest | undefined> {
  let body = '';
  for await (const piece of request) {
    body += piece;
    if (body.length > longestBody) return undefined;
  }
  try {
    const { customer, admin } = JSON.parse(body) as { customer?: unknown; admin?: unknown };
    const named = typeof customer === 'string' && customer.length >= 1 && customer.length <= 64;
    return named ? { customer, admin: admin === true } : undefined;
  } catch {
    return undefined;
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
