import { decodeJwt, exportJWK, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { authorizerClaims } from '../../../functions/adapters/aws/lambda/authorizer.ts';
import { type Authenticate, authenticator } from '../../../functions/runtime/identity.ts';
import { requestEvent } from '../../../scripts/platform/functions/request-event.ts';
import { tokenMatrix } from '../../support/tokens/token-matrix.ts';

const issuer = 'https://issuer.example';
const audience = 'some-shop';
let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let others: Awaited<ReturnType<typeof generateKeyPair>>;
let publicJwk: Awaited<ReturnType<typeof exportJWK>>;
let authenticate: Authenticate;

beforeAll(async () => {
  keys = await generateKeyPair('RS256', { extractable: true });
  others = await generateKeyPair('RS256');
  publicJwk = await exportJWK(keys.publicKey);
  const OIDC_JWKS = JSON.stringify({ keys: [{ ...publicJwk, kid: 'one', alg: 'RS256' }] });
  authenticate = authenticator({ OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience, OIDC_JWKS });
});

interface Claims {
  sub?: string;
  iss?: string;
  aud?: string;
  exp?: string | number;
  [claim: string]: unknown;
}

function tokenOf(
  { sub = 'ada', iss = issuer, aud = audience, exp = '1h', ...claims }: Claims = {},
  key = keys.privateKey,
) {
  const token = new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one' });
  return token.setSubject(sub).setIssuer(iss).setAudience(aud).setIssuedAt().setExpirationTime(exp).sign(key);
}

const nowSeconds = () => Math.floor(Date.now() / 1_000);
const call = (token: string) => authenticate(requestEvent({ headers: { authorization: `Bearer ${token}` } }));
const refused = expect.objectContaining({ code: 'UNAUTHENTICATED' });

test('identifies a customer by a valid token, and an admin by the group', async () => {
  expect(await call(await tokenOf())).toEqual({ customer: 'ada', admin: false });
  expect(await call(await tokenOf({ 'cognito:groups': ['admin'] }))).toEqual({ customer: 'ada', admin: true });
  expect(await call(await tokenOf({ 'cognito:groups': ['administrators'] }))).toEqual({
    customer: 'ada',
    admin: false,
  });
});

test.each<[string, () => string | Promise<string>]>([
  ['for another audience', () => tokenOf({ aud: 'other' })],
  ['for an audience that begins with ours', () => tokenOf({ aud: `${audience}-test` })],
  ['from another issuer', () => tokenOf({ iss: 'https://other.example' })],
  ['that has expired', () => tokenOf({ exp: Math.floor(Date.now() / 1000) - 60 })],
  ['issued in the future', () => issuedInAMinute()],
  ['that is not valid yet', () => tokenOf({ nbf: Math.floor(Date.now() / 1000) + 60 })],
  ['signed with another key', () => tokenOf({}, others.privateKey)],
  ['with alg none', () => new UnsecuredJWT({}).setSubject('ada').setIssuer(issuer).setAudience(audience).encode()],
  ['signed with the public key as an HMAC secret', () => signedWithHmac()],
  ['without an expiry', () => withoutExpiry()],
  ['that is not a JWT', () => 'nonsense'],
])('rejects a token %s', async (_, make) => {
  await expect(call(await make())).rejects.toEqual(refused);
});

function signedWithHmac(): Promise<string> {
  const secret = new TextEncoder().encode(JSON.stringify(publicJwk));
  const token = new SignJWT({}).setProtectedHeader({ alg: 'HS256', kid: 'one' }).setSubject('ada');
  return token.setIssuer(issuer).setAudience(audience).setExpirationTime('1h').sign(secret);
}

function issuedInAMinute(): Promise<string> {
  const token = new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid: 'one' }).setSubject('ada');
  const at = Math.floor(Date.now() / 1000) + 60;
  return token.setIssuer(issuer).setAudience(audience).setIssuedAt(at).setExpirationTime('1h').sign(keys.privateKey);
}

function withoutExpiry(): Promise<string> {
  const token = new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid: 'one' }).setSubject('ada');
  return token.setIssuer(issuer).setAudience(audience).sign(keys.privateKey);
}

test('rejects another algorithm than RS256, also where the key of the issuer allows it', async () => {
  const OIDC_JWKS = JSON.stringify({ keys: [{ ...publicJwk, kid: 'one' }] });
  const anyAlgorithm = authenticator({ OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience, OIDC_JWKS });
  const key = await importJWK(await exportJWK(keys.privateKey), 'PS256');
  const signed = new SignJWT({}).setProtectedHeader({ alg: 'PS256', kid: 'one' }).setSubject('ada');
  const token = await signed.setIssuer(issuer).setAudience(audience).setExpirationTime('1h').sign(key);
  const headers = { authorization: `Bearer ${token}` };
  await expect(anyAlgorithm(requestEvent({ headers }))).rejects.toEqual(refused);
});

test.each([undefined, '', 'Basic YWRhOmFkYQ==', 'Bearer', 'Bearer a.b'])(
  'rejects the header %j',
  async (authorization) => {
    const headers = authorization === undefined ? {} : { authorization };
    await expect(authenticate(requestEvent({ headers }))).rejects.toEqual(refused);
  },
);

/** Claims as API Gateway's authorizer passes them on: every value as text, lists in brackets. */
const asText = (claims: object) =>
  Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
    ]),
  );

function callBehindHost(token: string, claims: object = asText(decodeJwt(token))) {
  const event = requestEvent({ headers: { authorization: `Bearer ${token}` } });
  Object.assign(event.requestContext, { authorizer: { jwt: { claims } } });
  return authenticator({}, authorizerClaims)(event);
}

const verdict = (identity: Promise<unknown>) => identity.catch(({ code }) => code);

test.each(tokenMatrix)('gives the same verdict with and without an authorizer: %s', async (_, claims, expected) => {
  const token = await tokenOf(claims);
  expect(await verdict(call(token))).toEqual(expected);
  expect(await verdict(callBehindHost(token))).toEqual(expected);
});

test.each<[string, string | undefined, boolean]>([
  ['none', undefined, true],
  ['of an access token', 'at+jwt', true],
  ['in other case', 'jwt', true],
  ['of a logout token', 'logout+jwt', false],
  ['of a proof of possession', 'dpop+jwt', false],
])('checks the type in the header with and without an authorizer: %s', async (_, typ, accepted) => {
  const signed = new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid: 'one', ...(typ && { typ }) });
  const token = await signed
    .setSubject('ada')
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime('1h')
    .sign(keys.privateKey);
  const expected = accepted ? { customer: 'ada', admin: false } : 'UNAUTHENTICATED';
  expect([await verdict(call(token)), await verdict(callBehindHost(token))]).toEqual([expected, expected]);
});

test.each<[string, object]>([
  ['the host verified nothing', {}],
  ['the host verified another token', { iss: issuer, sub: 'eve', exp: 1, iat: 1 }],
])('trusts a token only if the host verified it: %s', async (_, claims) => {
  await expect(callBehindHost(await tokenOf(), claims)).rejects.toEqual(refused);
});

// Made when the test runs: on a busy machine that is seconds after the file was loaded.
test.each<[string, () => Claims, boolean]>([
  ['expired a second ago', () => ({ exp: nowSeconds() - 1 }), true],
  ['expired a minute ago', () => ({ exp: nowSeconds() - 60 }), false],
  ['valid in three seconds', () => ({ nbf: nowSeconds() + 3 }), true],
  ['valid in a minute', () => ({ nbf: nowSeconds() + 60 }), false],
])('allows clocks to differ by seconds: %s', async (_, claimsNow, accepted) => {
  expect(await verdict(call(await tokenOf(claimsNow())))).toEqual(
    accepted ? { customer: 'ada', admin: false } : 'UNAUTHENTICATED',
  );
});

const [now, later] = [Math.floor(Date.now() / 1_000), Math.floor(Date.now() / 1_000) + 600];
const accepted = { customer: 'ada', admin: false };
test.each<[string, object, object, unknown]>([
  ['an extension that nobody knows', { crit: ['x'], x: 1 }, {}, 'UNAUTHENTICATED'],
  ['an extension for other payloads', { crit: ['b64'], b64: true }, {}, 'UNAUTHENTICATED'],
  ['keys of its own', { jwk: { kty: 'RSA' }, jku: 'https://other.example' }, {}, accepted],
  ['another algorithm of the same key', { alg: 'RS512' }, {}, 'UNAUTHENTICATED'],
  ['an expiry with a fraction', {}, { exp: later + 0.5 }, accepted],
  ['an expiry as text', {}, { exp: String(later) }, 'UNAUTHENTICATED'],
  ['an expiry in milliseconds', {}, { exp: later * 1_000 }, accepted],
  ['an endless expiry', {}, { exp: 1e300 }, accepted],
  ['an expiry of null', {}, { exp: null }, 'UNAUTHENTICATED'],
  ['an expiry a minute ago', {}, { exp: now - 60 }, 'UNAUTHENTICATED'],
  ['a beginning as text', {}, { nbf: 'now' }, 'UNAUTHENTICATED'],
  ['a beginning in ten minutes', {}, { nbf: later }, 'UNAUTHENTICATED'],
  ['a beginning within the leeway', {}, { nbf: now + 2 }, accepted],
  ['a time of issue as text', {}, { iat: '1' }, 'UNAUTHENTICATED'],
  ['a time of issue in ten minutes', {}, { iat: later }, 'UNAUTHENTICATED'],
  ['a time of issue with a fraction', {}, { iat: now - 0.5 }, accepted],
  ['a time of issue before 1970', {}, { iat: -1 }, accepted],
])('gives the same verdict with and without an authorizer to a token with %s', async (_, header, claims, expected) => {
  const payload = { sub: 'ada', iss: issuer, aud: audience, exp: later, ...claims };
  const signed = new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'one', ...header });
  const key = await importJWK(await exportJWK(keys.privateKey), 'alg' in header ? String(header.alg) : 'RS256');
  const token = await signed.sign(key, { crit: { x: true } });
  expect([await verdict(call(token)), await verdict(callBehindHost(token))]).toEqual([expected, expected]);
});

test.each(['Bearer  ', 'bearer ', 'BEARER   '])('takes the scheme %j', async (scheme) => {
  const headers = { authorization: `${scheme}${await tokenOf()}` };
  await expect(authenticate(requestEvent({ headers }))).resolves.toEqual(accepted);
});

test('ignores identities in headers and query', async () => {
  const headers = { 'x-customer': 'ada', 'x-amzn-oidc-identity': 'ada' };
  await expect(authenticate(requestEvent({ headers, queryStringParameters: { sub: 'ada' } }))).rejects.toEqual(refused);
});
