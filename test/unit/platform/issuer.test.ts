import { createLocalJWKSet, createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { project } from '../../../functions/contracts/project.ts';
import { startIssuer } from '../../../scripts/platform/identity/issuer.ts';
import { call } from './stub.ts';

async function issuer() {
  const started = await startIssuer();
  onTestFinished(() => started.stop());
  return started;
}

describe('the identity issuer', () => {
  it('signs tokens that its published keys verify', async () => {
    const { url, token } = await issuer();
    const configuration = JSON.parse((await call(`${url}/.well-known/openid-configuration`)).body);
    expect(configuration.issuer).toBe(url);
    const keys = createRemoteJWKSet(new URL(configuration.jwks_uri), { timeoutDuration: 30_000 });
    const { payload } = await jwtVerify(await token({ customer: 'anna' }), keys, {
      issuer: url,
      audience: project,
    });
    expect(payload).toMatchObject({ sub: 'anna' });
    expect(payload).not.toHaveProperty('cognito:groups');
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3_600);
  });

  it('issues a token over HTTP, with the admin group on request', async () => {
    const { url, jwks } = await issuer();
    const body = JSON.stringify({ customer: 'boss', admin: true });
    const answer = JSON.parse((await call(`${url}/token`, { method: 'POST', body })).body);
    const { payload } = await jwtVerify(answer.access_token, createLocalJWKSet(jwks));
    expect(payload).toMatchObject({ sub: 'boss', 'cognito:groups': ['admin'] });
  });

  it.each([
    ['no name', '{}'],
    ['an empty name', '{"customer":""}'],
    ['a name that is not a string', '{"customer":1}'],
    ['a body that is not JSON', 'customer=anna'],
    ['a body that is too long', JSON.stringify({ customer: 'x'.repeat(5_000) })],
  ])('answers 400 for %s', async (_what, body) => {
    const { url } = await issuer();
    expect((await call(`${url}/token`, { method: 'POST', body })).status).toBe(400);
  });

  it('issues invalid tokens for tests: expired, or for another audience', async () => {
    const { jwks, token, audience } = await issuer();
    const keys = createLocalJWKSet(jwks);
    const expired = token({ customer: 'anna', expiresInSeconds: -1 });
    await expect(jwtVerify(await expired, keys)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
    const foreign = token({ customer: 'anna', audience: 'other' });
    await expect(jwtVerify(await foreign, keys, { audience })).rejects.toMatchObject({
      code: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
    });
  });
});
