import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { secret } from '../../../functions/adapters/azure/secret.ts';

const url = 'https://vault.example.com/secrets/partner-signing-key';
const credential = { getToken: async () => ({ token: 'token', expiresOnTimestamp: 0 }) };

function vault(answer: () => Response | Promise<Response>) {
  const asked: unknown[] = [];
  const fetch = async (at: unknown, request: RequestInit = {}) => {
    asked.push([at, request.headers, request.redirect]);
    return answer();
  };
  return { asked, store: secret(url, { clientId: undefined, credential, fetch: fetch as typeof globalThis.fetch }) };
}

test('reads the newest version from Key Vault as the identity of the app', async () => {
  const { asked, store } = vault(() => Response.json({ value: 'the secret', id: `${url}/1` }));
  expect(await store.read()).toBe('the secret');
  expect(asked).toEqual([[`${url}?api-version=7.4`, { authorization: 'Bearer token' }, 'error']]);
});

test.each<[string, () => Response | Promise<Response>]>([
  ['forbidden', () => new Response('{}', { status: 403 })],
  ['no such secret', () => new Response('{}', { status: 404 })],
  ['throttled', () => new Response('', { status: 429 })],
  ["a proxy's page", () => new Response('<html>')],
  ['another body', () => Response.json({ error: 'no' })],
  ['no connection', () => Promise.reject(new TypeError('fetch failed'))],
])('throws for %s', async (_, answer) => {
  await expect(vault(answer).store.read()).rejects.toThrow();
});

test('needs an identity for a vault', () => {
  expect(() => secret(url, { clientId: undefined })).toThrow(/DATA__clientId is not set/);
});

test('reads a file again each time on local machines', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'secret-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'partner-secret');
  const store = secret(path, { clientId: undefined });
  writeFileSync(path, 'first');
  expect(await store.read()).toBe('first');
  writeFileSync(path, 'second');
  expect(await store.read()).toBe('second');
});
