import { describe, expect, it, onTestFinished } from 'vitest';
import { partnerOverHttp } from '../../../functions/adapters/http/partner.ts';
import { partnerKeys } from '../../../functions/adapters/http/partner-keys.ts';
import type { PartnerKeys } from '../../../functions/ports/partner-keys.ts';
import { partnerClient } from '../../../scripts/platform/partner/client.ts';
import { startPartner } from '../../../scripts/platform/partner/partner.ts';
import { idOf, now, orderId, partner, secret, sign } from './signed-orders.ts';
import { call } from './stub.ts';

describe('signatures', () => {
  it('are required: a call without one gets 401, is counted, and books nothing', async () => {
    const { url, book, calls } = await partner();
    const body = JSON.stringify({ orderId, sku: 'lamp', quantity: 2 });
    const headers = { 'idempotency-key': orderId };
    expect(await call(`${url}/orders`, { method: 'POST', headers, body })).toMatchObject({ status: 401 });
    expect(book()).toEqual([]);
    expect(calls()).toMatchObject({ all: 1, unsigned: 1, accepted: 0 });
  });

  it('cover the body: one that was changed on the way gets 401', async () => {
    const { url, book, calls } = await partner();
    const headers = sign(url, JSON.stringify({ orderId, sku: 'lamp', quantity: 2 }), orderId);
    const body = JSON.stringify({ orderId, sku: 'lamp', quantity: 200 });
    expect(await call(`${url}/orders`, { method: 'POST', headers, body })).toMatchObject({ status: 401 });
    expect([book(), calls().unsigned]).toEqual([[], 1]);
  });

  it('are accepted by both keys of a rotation, from this process and another', async () => {
    const { started, order } = await partner();
    const next = 'N'.repeat(48);
    expect((await order({}, orderId, next)).status).toBe(401);
    started.accept([next, secret]);
    expect((await order({}, orderId, next)).status).toBe(201);
    expect((await order()).status).toBe(200);
    await partnerClient(started.url).accept([next]);
    expect((await order()).status).toBe(401);
    expect((await order({}, orderId, next)).status).toBe(200);
  });

  it.each(['{', '[]x', '[""]', '{"a":1}', '["short"]'])(
    'keep their keys when the new ones are invalid: %s',
    async (body) => {
      const { url, order } = await partner();
      expect(await call(`${url}/secrets`, { method: 'PUT', body })).toMatchObject({ status: 400 });
      expect((await order()).status).toBe(201);
    },
  );

  it('are required when no key is set', async () => {
    const bare = await startPartner({ now });
    onTestFinished(() => bare.stop());
    const body = JSON.stringify({ orderId, sku: 'lamp', quantity: 2 });
    const headers = sign(bare.url, body, orderId);
    expect(await call(`${bare.url}/orders`, { method: 'POST', headers, body })).toMatchObject({ status: 401 });
  });

  it('follow a rotation without a failed order, whichever side is first', async () => {
    const started = await startPartner({ secrets: [secret] });
    onTestFinished(() => started.stop());
    const store = { value: secret };
    let nowMs = 0;
    const keys = partnerKeys({ read: async () => store.value }, { now: () => nowMs, onError: () => {} });
    const client = adapterOf(started.url, keys);
    const handOver = (index: number) => client.take({ orderId: idOf(index), sku: 'lamp', quantity: 1 });
    expect(await handOver(1)).toBe('accepted');
    // The partner rotates first, as the runbook says.
    started.accept(['N'.repeat(48), secret]);
    expect(await handOver(2)).toBe('accepted');
    store.value = 'N'.repeat(48);
    expect(await handOver(3)).toBe('accepted');
    nowMs += 5 * 60_000;
    expect(await handOver(4)).toBe('accepted');
    // The partner drops the previous key while some environments still use it.
    store.value = 'M'.repeat(48);
    started.accept([store.value]);
    nowMs += 10_000;
    expect(await handOver(5)).toBe('accepted');
    expect(started.calls()).toMatchObject({ accepted: 5, unsigned: 1 });
  });
});

/** Without a retry: none is needed. */
const adapterOf = (url: string, keys: PartnerKeys) =>
  partnerOverHttp(url, { keys, attempt: (work) => work(AbortSignal.timeout(2_000)) });
