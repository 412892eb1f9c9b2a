import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, expect, test, vi } from 'vitest';
import { findFault } from '../../../functions/lib/fault.ts';
import { KeysUnavailable, remoteKeys } from '../../../functions/runtime/signing-keys.ts';
import { verifyToken } from '../../../functions/runtime/token.ts';

const issuer = 'https://issuer.example';
let first: Awaited<ReturnType<typeof makeKey>>;
let second: Awaited<ReturnType<typeof makeKey>>;
beforeAll(async () => {
  [first, second] = await Promise.all([makeKey('first'), makeKey('second')]);
});

async function makeKey(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256' };
  const sign = (header: { kid?: string } = { kid }) =>
    new SignJWT({ sub: 'ada' })
      .setProtectedHeader({ alg: 'RS256', ...header })
      .setIssuer(issuer)
      .setExpirationTime('1h')
      .sign(privateKey);
  return { jwk, sign };
}

/** An issuer whose answers the test chooses, on a clock that the test moves. */
function issuerOf(answer: () => Promise<Response>) {
  let nowMs = 10_000;
  const fetch = vi.fn(answer);
  const keys = remoteKeys(`${issuer}/jwks`, { fetch, now: () => nowMs });
  return {
    fetch,
    pass: (ms: number) => {
      nowMs += ms;
    },
    verify: async (token: string) =>
      verifyToken(token, keys, { issuer }).then(
        (verified) => verified?.claims.sub ?? 'invalid',
        (error: Error) => error,
      ),
  };
}

const keySet = (...keys: object[]) => Response.json({ keys });
const minute = 60_000;

const troubles: Readonly<Record<string, () => Promise<Response>>> = {
  '503': async () => new Response('busy', { status: 503 }),
  '500 with keys in it': async () => Response.json({ keys: [first.jwk] }, { status: 500 }),
  '429': async () => new Response('', { status: 429 }),
  '404': async () => new Response('', { status: 404 }),
  HTML: async () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
  'an empty object': async () => Response.json({}),
  'an empty set': async () => Response.json({ keys: [] }),
  null: async () => Response.json(null),
  'an empty key': async () => keySet({}),
  'null for a key': async () => Response.json({ keys: [null] }),
  'keys of another kind': async () => keySet({ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'first' }),
  'keys for encryption': async () => keySet({ ...first.jwk, use: 'enc' }),
  'a key without its modulus': async () => keySet({ kty: 'RSA', kid: 'first', e: 'AQAB' }),
  'a key with a broken modulus': async () => keySet({ ...first.jwk, n: '!!' }),
  'a key that is too short': async () => keySet({ ...first.jwk, n: 'AQAB' }),
  '304': async () => new Response(null, { status: 304 }),
  '206 with keys in it': async () => Response.json({ keys: [first.jwk] }, { status: 206 }),
  'a list without its set': async () => Response.json([first.jwk]),
  'a redirect': async () => Promise.reject(new TypeError('fetch failed', { cause: new Error('unexpected redirect') })),
  'a reset': async () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })),
  'an unknown name': async () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } })),
  'a timeout': async () => Promise.reject(new DOMException('timed out', 'TimeoutError')),
};

test.each(Object.keys(troubles))('judges no token while the key endpoint is in trouble: %s', async (trouble) => {
  const { verify } = issuerOf(troubles[trouble] as () => Promise<Response>);
  expect(await verify(await first.sign())).toBeInstanceOf(KeysUnavailable);
});

test.each(Object.keys(troubles))(
  'keeps the last good keys while the key endpoint is in trouble: %s',
  async (trouble) => {
    let answer = async () => keySet(first.jwk);
    const { verify, pass } = issuerOf(() => answer());
    const token = await first.sign();
    expect(await verify(token)).toBe('ada');
    answer = troubles[trouble] as () => Promise<Response>;
    for (const ms of [minute, 20 * minute, 60 * minute]) {
      pass(ms);
      expect(await verify(token)).toBe('ada');
    }
    expect(await verify(await second.sign())).toBeInstanceOf(KeysUnavailable);
  },
);

test('trusts no key for longer than a day after the last good answer', async () => {
  let answer = async () => keySet(first.jwk);
  const { verify, pass } = issuerOf(() => answer());
  await verify(await first.sign());
  answer = troubles['503'] as () => Promise<Response>;
  pass(25 * 60 * minute);
  expect(await verify(await first.sign())).toBeInstanceOf(KeysUnavailable);
});

test('shares one fetch among all waiting callers', async () => {
  const { verify, fetch } = issuerOf(async () => keySet(first.jwk));
  const token = await first.sign();
  expect(await Promise.all(Array.from({ length: 20 }, () => verify(token)))).toEqual(Array(20).fill('ada'));
  expect(fetch).toHaveBeenCalledTimes(1);
});

test('finds a new key at once, and looks for an invented one at most once a second', async () => {
  let published = [first.jwk];
  const { verify, fetch, pass } = issuerOf(async () => keySet(...published));
  await verify(await first.sign());
  published = [first.jwk, second.jwk];
  pass(2_000);
  expect(await verify(await second.sign())).toBe('ada');
  const invented = await first.sign({ kid: 'invented' });
  for (let times = 0; times < 20; times++) expect(await verify(invented)).toBe('invalid');
  expect(fetch).toHaveBeenCalledTimes(2);
});

test.each<[string, string | undefined]>([
  ['the same id', 'first'],
  ['no id', undefined],
])('finds a new key with %s at once', async (_, kid) => {
  const header = kid === undefined ? {} : { kid };
  let published: object[] = [{ ...first.jwk, kid }];
  const { verify, fetch, pass } = issuerOf(async () => keySet(...published));
  expect(await verify(await first.sign(header))).toBe('ada');
  published = [{ ...second.jwk, kid }];
  pass(2_000);
  const tokens = await Promise.all(Array.from({ length: 5 }, () => second.sign(header)));
  expect(await Promise.all(tokens.map(verify))).toEqual(Array(5).fill('ada'));
  expect(fetch).toHaveBeenCalledTimes(2);
});

test('a forged signature costs the issuer at most one read a second, and is refused while it is gone', async () => {
  let answer = async () => keySet(first.jwk);
  const { verify, fetch, pass } = issuerOf(() => answer());
  await verify(await first.sign());
  const forged = await second.sign({ kid: 'first' });
  pass(2_000);
  for (let times = 0; times < 20; times++) expect(await verify(forged)).toBe('invalid');
  expect(fetch).toHaveBeenCalledTimes(2);
  answer = troubles['503'] as () => Promise<Response>;
  pass(2_000);
  expect(await verify(forged)).toBe('invalid');
});

test.each<[string, object]>([
  ['a key of another kind', { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'first' }],
  ['a broken key', { kty: 'RSA', kid: 'other', e: 'AQAB' }],
  ['a broken key of the same id', { kty: 'RSA', kid: 'first', alg: 'RS256', e: 'AQAB', n: '!!' }],
])('verifies with the good key beside %s', async (_, beside) => {
  const { verify } = issuerOf(async () => keySet(beside, first.jwk));
  expect(await verify(await first.sign())).toBe('ada');
});

test('asks an endpoint in trouble at most once a second', async () => {
  const { verify, fetch, pass } = issuerOf(troubles['503'] as () => Promise<Response>);
  const token = await first.sign();
  for (let times = 0; times < 20; times++) await verify(token);
  expect(fetch).toHaveBeenCalledTimes(1);
  pass(1_000);
  await verify(token);
  expect(fetch).toHaveBeenCalledTimes(2);
});

test('tries every key for a token without a key id', async () => {
  const { verify } = issuerOf(async () => keySet(first.jwk, second.jwk));
  expect(await verify(await second.sign({}))).toBe('ada');
  const other = await makeKey('third');
  expect(await verify(await other.sign({}))).toBe('invalid');
});

test('is reported as a temporary failure', () => {
  const error = new KeysUnavailable('later', { cause: { code: 'ENOTFOUND' } });
  expect(findFault(error)).toBe('unavailable');
});
