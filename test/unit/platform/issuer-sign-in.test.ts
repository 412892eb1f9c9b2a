import { createHash } from 'node:crypto';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { project } from '../../../functions/contracts/project.ts';
import { startIssuer } from '../../../scripts/platform/identity/issuer.ts';
import { call } from './stub.ts';

const storefront = 'http://127.0.0.1:8080';
const verifier = 'v'.repeat(43);
const asked = {
  response_type: 'code',
  client_id: project,
  redirect_uri: `${storefront}/`,
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
  state: 'some-state',
  nonce: 'some-nonce',
};
const form = { 'content-type': 'application/x-www-form-urlencoded' };

async function issuer(now?: () => number) {
  const started = await startIssuer(now ? { now } : {});
  started.allowOrigin(storefront);
  onTestFinished(() => started.stop());
  const signIn = (more: Record<string, string> = {}, origin = started.url) =>
    call(`${started.url}/authorize`, {
      method: 'POST',
      headers: { ...form, origin },
      body: String(new URLSearchParams({ ...asked, customer: 'anna', ...more })),
    });
  const code = async () => new URL((await signIn()).headers.location ?? '').searchParams.get('code') ?? '';
  const redeem = (more: Record<string, string>, headers = {}) =>
    call(`${started.url}/token`, {
      method: 'POST',
      headers: { ...form, ...headers },
      body: String(
        new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: asked.client_id,
          redirect_uri: asked.redirect_uri,
          code_verifier: verifier,
          ...more,
        }),
      ),
    });
  return { ...started, signIn, code, redeem };
}

const query = (more: Record<string, string>) => new URLSearchParams({ ...asked, ...more });

describe('signing in with a code', () => {
  it('shows a page that identifies itself and contains the request', async () => {
    const { url } = await issuer();
    const page = await call(`${url}/authorize?${query({})}`, { headers: { 'sec-fetch-site': 'same-site' } });
    expect(page.status).toBe(200);
    expect(page.body).toContain('local stand-in');
    expect(page.body).toContain('name="nonce" value="some-nonce"');
    expect(page.headers['content-security-policy']).toContain(`form-action 'self' ${storefront};`);
  });

  it('escapes the request in the page', async () => {
    const { url } = await issuer();
    const page = await call(`${url}/authorize?${query({ state: '"><script>alert(1)</script>' })}`);
    expect(page.body).not.toContain('<script');
  });

  it('redirects back with a code and the state, and issues tokens of the customer who signed in', async () => {
    const { signIn, redeem, jwks, url } = await issuer();
    const back = new URL((await signIn({ admin: 'true' })).headers.location ?? '');
    expect(back.origin).toBe(storefront);
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ state: 'some-state', iss: url });
    const answer = JSON.parse((await redeem({ code: back.searchParams.get('code') ?? '' })).body);
    const keys = createLocalJWKSet(jwks);
    const access = await jwtVerify(answer.access_token, keys, { issuer: url, audience: project });
    expect(access.payload).toMatchObject({ sub: 'anna', 'cognito:groups': ['admin'], token_use: 'access' });
    expect(decodeJwt(answer.id_token)).toMatchObject({ sub: 'anna', aud: project, nonce: 'some-nonce' });
  });

  it('accepts a code once', async () => {
    const { code, redeem } = await issuer();
    const once = await code();
    expect((await redeem({ code: once })).status).toBe(200);
    expect(JSON.parse((await redeem({ code: once })).body)).toMatchObject({ error: 'invalid_grant' });
  });

  it('rejects a code after a minute', async () => {
    let now = 0;
    const { code, redeem } = await issuer(() => now);
    const old = await code();
    now = 60_000;
    expect(JSON.parse((await redeem({ code: old })).body)).toMatchObject({ error: 'invalid_grant' });
  });

  it.each([
    ['another verifier', { code_verifier: 'w'.repeat(43) }],
    ['no verifier', { code_verifier: '' }],
    ['another client', { client_id: 'other' }],
    ['another redirect_uri', { redirect_uri: `${storefront}/elsewhere` }],
  ])('issues no token for %s, and consumes the code', async (_what, wrong) => {
    const { code, redeem } = await issuer();
    const one = await code();
    const refused = await redeem({ code: one, ...wrong });
    expect([refused.status, JSON.parse(refused.body).error]).toEqual([400, 'invalid_grant']);
    expect((await redeem({ code: one })).status).toBe(400);
  });

  it('rejects other grant types', async () => {
    const { redeem } = await issuer();
    expect(JSON.parse((await redeem({ grant_type: 'password' })).body).error).toBe('unsupported_grant_type');
  });
});

describe('a request for a code', () => {
  it.each([
    ['a foreign redirect_uri', { redirect_uri: 'https://evil.example/' }],
    ['a redirect_uri that only starts like this machine', { redirect_uri: 'http://127.0.0.1.evil.example/' }],
    ['a redirect_uri with a user', { redirect_uri: 'http://127.0.0.1@evil.example/' }],
    ['a redirect_uri that is a script', { redirect_uri: 'javascript:alert(1)' }],
    ['another client', { client_id: 'other' }],
  ])('is rejected on the page, without a redirect: %s', async (_what, wrong) => {
    const { url, signIn } = await issuer();
    for (const answer of [await call(`${url}/authorize?${query(wrong)}`), await signIn(wrong)]) {
      expect(answer.status).toBe(400);
      expect(answer.headers).not.toHaveProperty('location');
    }
  });

  it.each([
    ['without a challenge', { code_challenge: '' }, 'invalid_request'],
    ['with a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['for a token in the address', { response_type: 'token' }, 'unsupported_response_type'],
  ])('%s redirects back with the error', async (_what, wrong, error) => {
    const { url } = await issuer();
    const answer = await call(`${url}/authorize?${query(wrong)}`);
    const back = new URL(answer.headers.location ?? '');
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ error, state: 'some-state' });
  });

  it('is rejected with a repeated parameter', async () => {
    const { url } = await issuer();
    const answer = await call(`${url}/authorize?${query({})}&redirect_uri=http://127.0.0.1:1/`);
    expect(answer.status).toBe(400);
  });

  it.each(['https://evil.example', 'null', storefront])('rejects a form sent by a page of %s', async (origin) => {
    const { signIn } = await issuer();
    expect((await signIn({}, origin)).status).toBe(403);
  });

  it.each(['', '-anna', 'a b', 'x'.repeat(65)])('rejects customer %j', async (customer) => {
    const { signIn } = await issuer();
    expect((await signIn({ customer })).status).toBe(400);
  });
});

describe('pages of other origins', () => {
  it.each([
    [storefront, 200],
    ['http://localhost:8080', 200],
    ['http://127.0.0.1:8081', 403],
    ['https://evil.example', 403],
  ])('%s gets %d for a token request', async (origin, status) => {
    const { code, redeem } = await issuer();
    const answer = await redeem({ code: await code() }, { origin, 'sec-fetch-site': 'same-site' });
    expect(answer.status).toBe(status);
    expect(answer.headers['access-control-allow-origin']).toBe(status === 200 ? origin : undefined);
  });

  it('pass the preflight only if they are the storefront', async () => {
    const { url } = await issuer();
    const ask = (origin: string) => call(`${url}/token`, { method: 'OPTIONS', headers: { origin } });
    expect((await ask(storefront)).status).toBe(204);
    expect((await ask('https://evil.example')).status).toBe(403);
  });

  it('can be allowed on this machine only', async () => {
    const { allowOrigin } = await issuer();
    expect(() => allowOrigin('https://evil.example')).toThrow('must be http://127.0.0.1:PORT');
  });
});
