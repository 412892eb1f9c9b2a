import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { PartnerKey } from '../../ports/partner-keys.ts';

/**
 * HTTP Message Signatures (RFC 9421) with HMAC-SHA256, and Content-Digest (RFC 9530): the part of both that one kind of
 * request needs. Everything that the partner acts on is covered, in this order.
 */
const covered = ['@method', '@target-uri', 'content-type', 'content-digest', 'idempotency-key'] as const;
const label = 'sig1';
const components = `(${covered.map((name) => `"${name}"`).join(' ')})`;
const inputShape = /^sig1=(\([^)]*\);created=(\d{1,10});keyid="([\w-]{1,64})";alg="hmac-sha256")$/;
const signatureShape = /^sig1=:([A-Za-z0-9+/]{43}=):$/;

/** Random secrets have more; a shorter one was probably pasted in part. */
const shortestSecret = 32;

/** How far the clocks of both sides may differ, and how long a captured request can be sent again. */
export const windowSeconds = 300;

/** Header names are lower case. */
export interface SignedRequest {
  readonly method: string;
  readonly targetUri: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string | Uint8Array;
}

/**
 * The key of a shared secret. Its id is derived, so that a new secret has a new id on both sides.
 *
 * @throws for text that is too short to be one
 */
export function toPartnerKey(text: string): PartnerKey {
  // Editors and shells append a newline.
  const secret = text.trim();
  if (secret.length < shortestSecret)
    throw new Error(`the partner's secret has ${secret.length} characters, must have ${shortestSecret} or more`);
  return { id: createHash('sha256').update(secret).digest('hex').slice(0, 16), secret };
}

/** The headers that sign a request; `created` is in epoch seconds. */
export function signRequest(request: SignedRequest, key: PartnerKey, created: number): Record<string, string> {
  const headers = { ...request.headers, 'content-digest': contentDigest(request.body) };
  const params = `${components};created=${created};keyid="${key.id}";alg="hmac-sha256"`;
  const signature = hmac(signatureBase(valuesOf({ ...request, headers }), params), key.secret);
  return {
    'content-digest': headers['content-digest'],
    'signature-input': `${label}=${params}`,
    signature: `${label}=:${signature.toString('base64')}:`,
  };
}

/** Why a request must be answered with 401; undefined when one of the keys signed exactly this. */
export function findSignatureFault(
  request: SignedRequest,
  keys: readonly PartnerKey[],
  nowSeconds: number,
): string | undefined {
  const { 'signature-input': input, signature } = request.headers;
  const [, params = '', created, keyId] = inputShape.exec(String(input)) ?? [];
  const [, given] = signatureShape.exec(String(signature)) ?? [];
  if (created === undefined || given === undefined) return 'the signature is missing or malformed';
  if (!params.startsWith(`${components};`)) return `the signature must cover ${components}`;
  const key = keys.find(({ id }) => id === keyId);
  if (!key) return `the key ${keyId} is unknown`;
  if (Math.abs(nowSeconds - Number(created)) > windowSeconds)
    return `the signature was created more than ${windowSeconds} s ago, or ahead`;
  if (request.headers['content-digest'] !== contentDigest(request.body)) return 'the digest is not of this body';
  const expected = hmac(signatureBase(valuesOf(request), params), key.secret);
  return timingSafeEqual(expected, Buffer.from(given, 'base64')) ? undefined : 'the signature is wrong';
}

/** https://www.rfc-editor.org/rfc/rfc9421#section-2.5 */
export function signatureBase(values: readonly (readonly [name: string, value: string])[], params: string): string {
  return [...values, ['@signature-params', params] as const].map(([name, value]) => `"${name}": ${value}`).join('\n');
}

export const hmac = (text: string, secret: string | Uint8Array): Buffer =>
  createHmac('sha256', secret).update(text).digest();

export const contentDigest = (body: string | Uint8Array): string =>
  `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;

function valuesOf({ method, targetUri, headers }: SignedRequest): (readonly [string, string])[] {
  const derived: Readonly<Record<string, string>> = { '@method': method, '@target-uri': targetUri };
  return covered.map((name) => [name, derived[name] ?? String(headers[name] ?? '').trim()]);
}
