import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { authorizerClaims } from '../../../functions/adapters/aws/authorizer.ts';
import { type Authenticate, authenticator } from '../../../functions/runtime/identity.ts';
import { requestEvent } from '../../../scripts/platform/functions/request-event.ts';

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
  ['from another issuer', () => tokenOf({ iss: 'https://other.example' })],
  ['that has expired', () => tokenOf({ exp: Math.floor(Date.now() / 1000) - 60 })],
  ['signed with another key', () => tokenOf({}, others.privateKey)],
  ['with alg none', () => new UnsecuredJWT({}).setSubject('ada').setIssuer(issuer).setAudience(audience).encode()],
  ['signed with the public key as an HMAC secret', () => signedWithHmac()],
  ['without an expiry', () => withoutExpiry()],
  ['for a customer outside the grammar', () => tokenOf({ sub: 'ada#1' })],
  ['that is not a JWT', () => 'nonsense'],
])('rejects a token %s', async (_, make) => {
  await expect(call(await make())).rejects.toEqual(refused);
});

function signedWithHmac(): Promise<string> {
  const secret = new TextEncoder().encode(JSON.stringify(publicJwk));
  const token = new SignJWT({}).setProtectedHeader({ alg: 'HS256', kid: 'one' }).setSubject('ada');
  return token.setIssuer(issuer).setAudience(audience).setExpirationTime('1h').sign(secret);
}

function withoutExpiry(): Promise<string> {
  const token = new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid: 'one' }).setSubject('ada');
  return token.setIssuer(issuer).setAudience(audience).sign(keys.privateKey);
}

test.each([undefined, '', 'Basic YWRhOmFkYQ==', 'Bearer', 'Bearer a.b'])(
  'rejects the header %j',
  async (authorization) => {
    const headers = authorization === undefined ? {} : { authorization };
    await expect(authenticate(requestEvent({ headers }))).rejects.toEqual(refused);
  },
);

test("trusts an authorizer's claims, and parses its list format", async () => {
  const behind = authenticator({}, authorizerClaims);
  const event = requestEvent();
  const authorizer = { jwt: { claims: { sub: 'ada', 'cognito:groups': '[admin editors]' } } };
  Object.assign(event.requestContext, { authorizer });
  expect(await behind(event)).toEqual({ customer: 'ada', admin: true });
  await expect(behind(requestEvent())).rejects.toEqual(refused);
});

test('ignores identities in headers and query', async () => {
  const headers = { 'x-customer': 'ada', 'x-amzn-oidc-identity': 'ada' };
  await expect(authenticate(requestEvent({ headers, queryStringParameters: { sub: 'ada' } }))).rejects.toEqual(refused);
});
