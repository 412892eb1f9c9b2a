import { expect, test } from 'vitest';
import { toPartnerKey } from '../../../functions/adapters/http/message-signature.ts';
import { partnerKeys } from '../../../functions/adapters/http/partner-keys.ts';
import { freshMs } from '../../../functions/lib/cached-secret.ts';
import { PartnerFailed } from '../../../functions/ports/partner.ts';

const [first, second] = ['F'.repeat(48), 'S'.repeat(48)];
const idOf = (secret: string) => toPartnerKey(secret).id;

function keysOf(initial: string | Error | 'hangs') {
  const store = { holds: initial, reads: 0 };
  let nowMs = 0;
  const errors: unknown[] = [];
  async function read() {
    store.reads++;
    if (store.holds === 'hangs') return new Promise<string>(() => {});
    if (store.holds instanceof Error) throw store.holds;
    return store.holds;
  }
  const keys = partnerKeys({ read }, { now: () => nowMs, onError: (error) => errors.push(error) });
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { store, keys, errors, pass, id: async () => (await keys.current()).id };
}

test('reads the secret once for all waiting callers, and again after the stated time', async () => {
  const { store, id, pass } = keysOf(first);
  expect(await Promise.all([id(), id(), id()])).toEqual([idOf(first), idOf(first), idOf(first)]);
  store.holds = second;
  pass(freshMs - 1);
  expect(await id()).toBe(idOf(first));
  expect(store.reads).toBe(1);
  pass(1);
  expect(await id()).toBe(idOf(second));
  expect(store.reads).toBe(2);
});

test('reads again at once when the partner refuses the key, but not for each refusal', async () => {
  const { store, keys, pass, id } = keysOf(first);
  const key = await keys.current();
  pass(5_000);
  keys.refused(key);
  for (let call = 0; call < 10; call++) {
    expect(await id()).toBe(idOf(first));
    keys.refused(key);
  }
  expect(store.reads).toBe(2);
  store.holds = second;
  pass(5_000);
  expect(await id()).toBe(idOf(second));
  keys.refused(key);
  expect(await id()).toBe(idOf(second));
  expect(store.reads).toBe(3);
});

test.each<[string, string | Error | 'hangs']>([
  ['is gone', Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })],
  ['denies the read', Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' })],
  ['throttles', Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' })],
  ['has no such secret', Object.assign(new Error('not found'), { name: 'ResourceNotFoundException' })],
  ['holds nothing', ''],
  ['holds a part of a secret', 'short'],
  ['does not answer', 'hangs'],
])('keeps signing with the last good key while the store %s', async (_, trouble) => {
  const { store, id, pass, errors } = keysOf(first);
  await id();
  store.holds = trouble;
  pass(freshMs);
  expect(await id()).toBe(idOf(first));
  expect(errors).toHaveLength(1);
  expect(await id()).toBe(idOf(first));
  expect(store.reads).toBe(2);
  store.holds = second;
  pass(5_000);
  expect(await id()).toBe(idOf(second));
});

test('fails like a partner that does not answer if no secret was ever read', async () => {
  const { store, id } = keysOf(new Error('gone'));
  await expect(id()).rejects.toThrow(PartnerFailed);
  store.holds = first;
  expect(await id()).toBe(idOf(first));
});
