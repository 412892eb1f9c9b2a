// A verifier of our calls, for a partner to copy. Node 20 or newer, no packages. See docs/partner.md.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const covered = ['@method', '@target-uri', 'content-type', 'content-digest', 'idempotency-key'];
const components = `(${covered.map((name) => `"${name}"`).join(' ')})`;
const windowSeconds = 300;

/**
 * @param call method, the URL that you gave us with `/orders`, headers with lower-case names, and the body's bytes
 * @param secrets the accepted ones
 * @returns why to answer 401, or undefined
 */
export function verifyCall({ method, url, headers, body }, secrets, nowSeconds = Date.now() / 1_000) {
  const input = /^sig1=((\(.*\));created=(\d+);keyid="([^"]+)";alg="hmac-sha256")$/.exec(headers['signature-input']);
  const signature = /^sig1=:([A-Za-z0-9+/]+=*):$/.exec(headers.signature);
  if (!input || !signature) return 'not signed';
  const [, params, given, created, keyId] = input;
  if (given !== components) return `the signature must cover ${components}`;
  const secret = secrets.find((one) => createHash('sha256').update(one).digest('hex').startsWith(keyId));
  if (secret === undefined || keyId.length !== 16) return 'unknown key';
  if (Math.abs(nowSeconds - Number(created)) > windowSeconds) return 'too old, or from the future';
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  if (headers['content-digest'] !== digest) return 'another body';
  const values = { ...headers, '@method': method, '@target-uri': url, '@signature-params': params };
  const base = [...covered, '@signature-params'].map((name) => `"${name}": ${values[name]}`).join('\n');
  const expected = createHmac('sha256', secret).update(base).digest();
  const got = Buffer.from(signature[1], 'base64');
  return got.length === expected.length && timingSafeEqual(got, expected) ? undefined : 'wrong signature';
}
