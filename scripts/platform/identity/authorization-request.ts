/** A storefront's authorization request: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 */
export interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: URL;
  readonly challenge: string;
  readonly state: string | undefined;
  readonly nonce: string | undefined;
}

/**
 * `refused` is shown to the person, because redirecting to an untrusted address is not allowed; `error` goes to the
 * client.
 */
export type Checked =
  | { readonly request: AuthorizationRequest }
  | { readonly refused: string }
  | { readonly redirectUri: URL; readonly state: string | undefined; readonly error: string; readonly text: string };

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);
/** The only parameters that the sign-in page passes on. */
export const parameters = [
  'response_type',
  'client_id',
  'redirect_uri',
  'code_challenge',
  'code_challenge_method',
  'scope',
  'state',
  'nonce',
] as const;

export function checkAuthorization(query: URLSearchParams, audience: string): Checked {
  const repeated = parameters.find((name) => query.getAll(name).length > 1);
  if (repeated) return { refused: `${repeated} occurs more than once` };
  const clientId = query.get('client_id') ?? '';
  if (clientId !== audience) return { refused: `client_id is '${clientId}', must be '${audience}'` };
  const redirectUri = parseLoopbackUrl(query.get('redirect_uri'));
  if (!redirectUri)
    return {
      refused: `redirect_uri is '${query.get('redirect_uri') ?? ''}', must be on this machine: http://127.0.0.1:PORT/`,
    };
  const state = query.get('state') ?? undefined;
  const invalid = (error: string, text: string) => ({ redirectUri, state, error, text });
  if (query.get('response_type') !== 'code') return invalid('unsupported_response_type', 'response_type must be code');
  if (query.get('code_challenge_method') !== 'S256')
    return invalid('invalid_request', 'code_challenge_method must be S256');
  const challenge = query.get('code_challenge') ?? '';
  if (!/^[\w-]{43}$/.test(challenge))
    return invalid('invalid_request', 'code_challenge must be a SHA-256 in base64url');
  return { request: { clientId, redirectUri, challenge, state, nonce: query.get('nonce') ?? undefined } };
}

export function parseLoopbackUrl(text: string | null): URL | undefined {
  if (text === null || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const plain = url.username === '' && url.password === '' && url.hash === '';
  return plain && url.protocol === 'http:' && loopbackHosts.has(url.hostname) ? url : undefined;
}

/** Adds the response to the query of the storefront's address. */
export function toResponseUrl(redirectUri: URL, answer: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}
