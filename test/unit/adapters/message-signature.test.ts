import { createVerifier, httpbis } from 'http-message-signatures';
import { describe, expect, it, test } from 'vitest';
import {
  contentDigest,
  findSignatureFault,
  hmac,
  type SignedRequest,
  signatureBase,
  signRequest,
  toPartnerKey,
  windowSeconds,
} from '../../../functions/adapters/http/message-signature.ts';

const key = toPartnerKey('K'.repeat(48));
const created = 1_800_000_000;
const orderId = '6c1f1c55-6f0b-5f3e-9c7a-8d6a2f4c1b9e';
const plain = {
  method: 'POST',
  targetUri: 'https://partner.example.com/v1/orders',
  headers: { 'content-type': 'application/json', 'idempotency-key': orderId },
  body: JSON.stringify({ orderId, sku: 'lamp', quantity: 2 }),
};
function sign(request = plain, by = key, at = created) {
  const headers: Record<string, string> = { ...request.headers, ...signRequest(request, by, at) };
  return { ...request, headers };
}
const signed = sign();
const faultOf = (request: SignedRequest, keys = [key], now = created) => findSignatureFault(request, keys, now);

// https://www.rfc-editor.org/rfc/rfc9421#appendix-B.2.5
test("gives the signature of RFC 9421's example with HMAC-SHA256", () => {
  const secret = Buffer.from(
    'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==',
    'base64',
  );
  const params = '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"';
  const base = signatureBase(
    [
      ['date', 'Tue, 20 Apr 2021 02:07:55 GMT'],
      ['@authority', 'example.com'],
      ['content-type', 'application/json'],
    ],
    params,
  );
  expect(hmac(base, secret).toString('base64')).toBe('pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=');
});

// https://www.rfc-editor.org/rfc/rfc9530#appendix-D, of its body in B.2
test("gives the digest of RFC 9421's example body", () => {
  expect(contentDigest('{"hello": "world"}')).toBe('sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:');
});

test('is accepted by an independent library', async () => {
  const verifier = createVerifier(key.secret, 'hmac-sha256');
  const verified = await httpbis.verifyMessage(
    {
      keyLookup: async ({ keyid }) =>
        keyid === key.id ? { id: key.id, algs: ['hmac-sha256'], verify: verifier } : null,
      requiredFields: ['@method', '@target-uri', 'content-type', 'content-digest', 'idempotency-key'],
      requiredParams: ['created', 'keyid', 'alg'],
      notAfter: created,
    },
    { method: signed.method, url: signed.targetUri, headers: signed.headers },
  );
  expect(verified).toBe(true);
});

interface Sample {
  readonly verifyCall: (
    call: Omit<SignedRequest, 'targetUri'> & { readonly url: string },
    secrets: readonly string[],
    nowSeconds?: number,
  ) => string | undefined;
}

test('is accepted by the sample for partners, which refuses what we refuse', async () => {
  const { verifyCall } = (await import(
    new URL('../../../docs/samples/verify-call.mjs', import.meta.url).href
  )) as Sample;
  const call = { method: signed.method, url: signed.targetUri, headers: signed.headers, body: signed.body };
  const secrets = ['P'.repeat(40), key.secret];
  expect(verifyCall(call, secrets, created)).toBeUndefined();
  expect(verifyCall({ ...call, body: 'x' }, secrets, created)).toBe('another body');
  expect(verifyCall({ ...call, url: `${call.url}?x` }, secrets, created)).toBe('wrong signature');
  expect(verifyCall(call, secrets, created + windowSeconds + 1)).toBe('too old, or from the future');
  expect(verifyCall(call, ['P'.repeat(40)], created)).toBe('unknown key');
  expect(verifyCall({ ...call, headers: {} }, secrets, created)).toBe('not signed');
  const input = String(signed.headers['signature-input']).replace(' "content-digest"', '');
  const less = { ...call, headers: { ...signed.headers, 'signature-input': input } };
  expect(verifyCall(less, secrets, created)).toMatch(/must cover/);
});

test('derives the key id from the secret, without its line end', () => {
  expect(toPartnerKey(`${'K'.repeat(48)}\n`)).toEqual(key);
  expect(toPartnerKey('L'.repeat(48)).id).not.toBe(key.id);
  expect(() => toPartnerKey(' '.repeat(40))).toThrow(/0 characters, must have 32/);
});

describe('a request', () => {
  it('is accepted within the window, by any of the accepted keys', () => {
    const other = toPartnerKey('P'.repeat(40));
    for (const now of [created, created + windowSeconds, created - windowSeconds])
      expect(faultOf(signed, [other, key], now)).toBeUndefined();
    expect(faultOf(sign(plain, other), [other, key])).toBeUndefined();
  });

  const without = (name: string) => ({ ...signed, headers: { ...signed.headers, [name]: undefined } });
  const withHeader = (name: string, value: string) => ({ ...signed, headers: { ...signed.headers, [name]: value } });
  const input = signed.headers['signature-input'] ?? '';
  const other = { ...plain, body: JSON.stringify({ orderId, sku: 'lamp', quantity: 200 }) };

  it.each<[string, SignedRequest, RegExp]>([
    ['without a signature', without('signature'), /missing or malformed/],
    ['without an input', without('signature-input'), /missing or malformed/],
    ['with a signature of other bytes', withHeader('signature', `sig1=:${'A'.repeat(43)}=:`), /is wrong/],
    ['with a signature that is too short', withHeader('signature', 'sig1=:AAAA:'), /missing or malformed/],
    ['with two signatures', withHeader('signature', `${signed.headers.signature}, x=:AAAA:`), /malformed/],
    ['with another body', { ...signed, body: other.body }, /digest/],
    [
      'with another body and its digest',
      { ...signed, body: other.body, headers: { ...signed.headers, 'content-digest': contentDigest(other.body) } },
      /is wrong/,
    ],
    ['without a digest', without('content-digest'), /digest/],
    ['for another path', { ...signed, targetUri: 'https://partner.example.com/v2/orders' }, /is wrong/],
    ['for another host', { ...signed, targetUri: 'https://partner.example.org/v1/orders' }, /is wrong/],
    ['with a query', { ...signed, targetUri: `${plain.targetUri}?dry=1` }, /is wrong/],
    ['with another method', { ...signed, method: 'PUT' }, /is wrong/],
    ['with another key', withHeader('idempotency-key', 'another'), /is wrong/],
    ['without a key', without('idempotency-key'), /is wrong/],
    ['with another media type', withHeader('content-type', 'text/plain'), /is wrong/],
    ['with a later time', withHeader('signature-input', input.replace(`${created}`, `${created + 1}`)), /is wrong/],
    ['that covers less', withHeader('signature-input', input.replace(' "content-digest"', '')), /must cover/],
    ['that covers nothing', withHeader('signature-input', input.replace(/\(.*\)/, '()')), /must cover/],
    ['by another algorithm', withHeader('signature-input', input.replace('hmac-sha256', 'none')), /malformed/],
    ['by an unknown key', sign(plain, toPartnerKey('U'.repeat(48))), /unknown/],
    ["by another secret under this key's id", sign(plain, { id: key.id, secret: 'X'.repeat(48) }), /is wrong/],
  ])('%s is refused', (_, request, fault) => {
    expect(faultOf(request)).toMatch(fault);
  });

  it('is refused outside of the window, and without keys', () => {
    expect(faultOf(signed, [key], created + windowSeconds + 1)).toMatch(/created more than 300 s ago/);
    expect(faultOf(signed, [key], created - windowSeconds - 1)).toMatch(/or ahead/);
    expect(faultOf(signed, [])).toMatch(/unknown/);
  });
});
