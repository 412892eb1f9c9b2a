import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../http/body.ts';
import { sendProblem } from '../http/problem.ts';
import { sendJson } from '../http/send-json.ts';
import type { AuthorizationCodes, Grant } from './codes.ts';

export interface TokenRequest {
  readonly customer: string;
  readonly admin?: boolean;
  readonly audience?: string;
  readonly expiresInSeconds?: number;
}

export interface Signer {
  token(request: TokenRequest): Promise<string>;
  idToken(grant: Pick<Grant, 'customer' | 'clientId' | 'nonce'>): Promise<string>;
}

/** POST /token with JSON: a token for scripts and tests, without a page. */
export async function answerDirectly(issuer: Signer, request: IncomingMessage, response: ServerResponse) {
  const tokenRequest = parseTokenRequest((await readBody(request)).toString());
  if (!tokenRequest)
    return sendProblem(response, {
      status: 400,
      code: 'malformed',
      title: 'Bad Request',
      detail: 'POST /token takes {"customer": "NAME", "admin": false} as JSON, with a name of 1 to 64 characters.',
    });
  sendTokens(response, { access_token: await issuer.token(tokenRequest) });
}

/** POST /token with a form: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3, with PKCE. */
export async function answerForCode(
  issuer: Signer,
  codes: AuthorizationCodes,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = new URLSearchParams((await readBody(request)).toString());
  if (form.get('grant_type') !== 'authorization_code')
    return refuse(response, 'unsupported_grant_type', 'grant_type must be authorization_code');
  const grant = codes.redeem({
    code: form.get('code') ?? '',
    clientId: form.get('client_id') ?? '',
    redirectUri: form.get('redirect_uri') ?? '',
    verifier: form.get('code_verifier') ?? '',
  });
  if (typeof grant === 'string') return refuse(response, 'invalid_grant', grant);
  const [access_token, id_token] = await Promise.all([issuer.token(grant), issuer.idToken(grant)]);
  sendTokens(response, { access_token, id_token });
}

export const defaultLifetimeSeconds = 3_600;

function sendTokens(response: ServerResponse, tokens: object): void {
  sendJson(response, 200, { ...tokens, token_type: 'Bearer', expires_in: defaultLifetimeSeconds });
}

function refuse(response: ServerResponse, error: string, error_description: string): void {
  sendJson(response, 400, { error, error_description });
}

function parseTokenRequest(body: string): TokenRequest | undefined {
  try {
    const { customer, admin } = JSON.parse(body) as { customer?: unknown; admin?: unknown };
    const valid = typeof customer === 'string' && customer.length >= 1 && customer.length <= 64;
    return valid ? { customer, admin: admin === true } : undefined;
  } catch {
    return undefined;
  }
}
