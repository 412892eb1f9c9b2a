import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { partnerClient } from '../../../scripts/platform/partner/client.ts';
import { type PartnerScriptInput, parsePartnerScript } from '../../../scripts/platform/partner/script.ts';
import { idOf, now, orderId, partner, sign } from './signed-orders.ts';
import { call } from './stub.ts';

describe('orders', () => {
  it('are booked once per key, with the same answer', async () => {
    const { order, book, calls } = await partner();
    const [first, second] = [await order(), await order()];
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(JSON.parse(first.body)).toEqual({ orderId, state: 'accepted' });
    expect(second.body).toBe(first.body);
    expect(book()).toEqual([
      { orderId, sku: 'lamp', quantity: 2, state: 'accepted', asked: 2, at: now().toISOString() },
    ]);
    expect(calls()).toMatchObject({ all: 2, accepted: 2 });
  });

  it('stay refused, whatever the script says later', async () => {
    const { order, setScript } = await partner({ refuseShare: 1 });
    const first = await order();
    expect([first.status, JSON.parse(first.body)]).toEqual([
      422,
      { orderId, state: 'refused', reason: 'NOT_DELIVERABLE' },
    ]);
    setScript({});
    expect(await order()).toMatchObject({ status: 422, body: first.body });
  });

  it('are refused by their id: another partner with the same seed refuses the same orders', async () => {
    const states = async (numbers: number[]) => {
      const { orderNumber, book } = await partner({ seed: 7, refuseShare: 0.3 });
      for (const index of numbers) await orderNumber(index);
      return new Map(book().map((entry) => [entry.orderId, entry.state]));
    };
    const numbers = Array.from({ length: 40 }, (_, index) => index);
    const [forth, back] = [await states(numbers), await states(numbers.toReversed())];
    expect(new Map([...back].reverse())).toEqual(forth);
    const refused = [...forth.values()].filter((state) => state === 'refused').length;
    expect(refused).toBeGreaterThan(4);
    expect(refused).toBeLessThan(20);
  });

  it.each([{ sku: 'cup' }, { quantity: 3 }])('conflict when the key is known with other data: %o', async (other) => {
    const { order, book } = await partner();
    await order();
    expect(await order(other)).toMatchObject({ status: 409 });
    expect(book()).toMatchObject([{ sku: 'lamp', quantity: 2, asked: 1 }]);
  });

  it.each([
    ['no key', {}, ''],
    ['a key that is not the order id', {}, idOf(1)],
    ['an invalid order id', { orderId: 'x' }, 'x'],
    ['no quantity', { quantity: undefined }, orderId],
    ['half a piece', { quantity: 1.5 }, orderId],
    ['a sku with a separator', { sku: 'a#b' }, orderId],
  ])('with %s are malformed', async (_what, more, key) => {
    const { order, book, calls } = await partner();
    expect(await order(more, key)).toMatchObject({ status: 400 });
    expect(book()).toEqual([]);
    expect(calls()).toMatchObject({ malformed: 1 });
  });

  it.each(['', '{', '[]', 'null', '"x"', `{"a":"${'x'.repeat(5_000)}"}`])(
    'with an invalid body are malformed: %#',
    async (body) => {
      const { url, calls } = await partner();
      const headers = sign(url, body, orderId);
      const answer = await call(`${url}/orders`, { method: 'POST', headers, body });
      expect(answer.status).toBe(400);
      expect(calls()).toMatchObject({ malformed: 1 });
    },
  );
});

describe('faults', () => {
  it('down: resets the connection and books nothing', async () => {
    const { order, book, calls } = await partner({ down: true });
    await expect(order()).rejects.toThrow(/ECONNRESET|hang up/);
    expect([book(), calls().down]).toEqual([[], 1]);
  });

  it('errors: answers 503 to about the given share, to the same calls with the same seed', async () => {
    const statuses = async () => {
      const { orderNumber } = await partner({ seed: 3, errorShare: 0.3 });
      const answers: number[] = [];
      for (let index = 0; index < 40; index++) answers.push((await orderNumber(index)).status);
      return answers;
    };
    const seen = await statuses();
    expect(await statuses()).toEqual(seen);
    const errors = seen.filter((status) => status === 503).length;
    expect(errors).toBeGreaterThan(4);
    expect(errors).toBeLessThan(20);
  });

  it('lost: books the order and closes the connection', async () => {
    const { order, book, setScript } = await partner({ loseShare: 1 });
    await expect(order()).rejects.toThrow(/ECONNRESET|hang up/);
    setScript({});
    expect((await order()).status).toBe(200);
    expect(book()).toMatchObject([{ state: 'accepted', asked: 2 }]);
  });

  it('hanging: neither answers nor books', async () => {
    const { url, book, calls } = await partner({ hangShare: 1 });
    const body = JSON.stringify({ orderId, sku: 'lamp', quantity: 2 });
    const giveUp = new AbortController();
    const headers = sign(url, body, orderId);
    const answer = fetch(`${url}/orders`, { method: 'POST', headers, body, signal: giveUp.signal });
    await expect.poll(() => calls().hung, { timeout: 10_000 }).toBe(1);
    expect(await Promise.race([answer, sleep(100, 'nothing')])).toBe('nothing');
    giveUp.abort();
    await expect(answer).rejects.toThrow(/abort/);
    expect(book()).toEqual([]);
  });

  it('twice: books one entry only', async () => {
    const { order, book } = await partner({ twiceShare: 1 });
    expect((await order()).status).toBe(201);
    expect(book()).toMatchObject([{ asked: 2 }]);
  });

  it('latency: delays the answer', async () => {
    const { order } = await partner({ latencyMs: { min: 60, max: 80 } });
    const begun = performance.now();
    await order();
    expect(performance.now() - begun).toBeGreaterThan(55);
  });
});

describe('the script', () => {
  it('is replaced as a whole by another process', async () => {
    const { url, started } = await partner({ down: true });
    await partnerClient(url).setScript({ errorShare: 0.5 });
    expect(started.script).toMatchObject({ down: false, errorShare: 0.5 });
    expect(await partnerClient(url).script()).toEqual(started.script);
  });

  it.each([
    { down: 'yes' },
    { errorShare: 1.1 },
    { errorShare: null },
    { latencyMs: { min: 5, max: 4 } },
    { latencyMs: { min: -1, max: 4 } },
    { seed: 1.5 },
    { errorRate: 0.5 },
    [],
    null,
    7,
  ])('rejects an invalid script and stays unchanged: %j', async (invalid) => {
    const { url, started } = await partner({ errorShare: 0.25 });
    const error = await partnerClient(url)
      .setScript(invalid as PartnerScriptInput)
      .catch((one: unknown) => one);
    expect(error).toMatchObject({ name: 'CliError', code: 'partner_script_invalid' });
    expect(started.script.errorShare).toBe(0.25);
  });

  it('names the invalid properties', () => {
    expect(() => parsePartnerScript({ errorShare: 2, dwon: true }, 'it')).toThrow(/dwon[\s\S]*errorShare/);
  });

  it('rejects a body that is not JSON', async () => {
    const { url } = await partner();
    expect(await call(`${url}/script`, { method: 'PUT', body: '{' })).toMatchObject({ status: 400 });
  });
});

describe('the page', () => {
  const form = { method: 'POST', body: 'down=on&errorPercent=5&min=10&max=20' };

  it('shows counts and a chart, and allows only its own scripts and styles', async () => {
    const { url, order } = await partner();
    await order();
    const { status, headers, body } = await call(url);
    expect(status).toBe(200);
    expect(body).toContain('1 accepted, 0 refused. Calls: 1.');
    expect(body).toContain('<svg');
    const policy = headers['content-security-policy'];
    expect(policy).toMatch(/^default-src 'none'/);
    for (const [tag, text] of [...body.matchAll(/<(?:style|script)>([\s\S]*?)<\/(?:style|script)>/g)].entries())
      expect(policy, String(tag)).toContain(
        createHash('sha256')
          .update(text[1] ?? '')
          .digest('base64'),
      );
    expect(body).not.toMatch(/\son\w+=|\sstyle=|https:/);
  });

  it('changes the properties in its form, and keeps the rest', async () => {
    const { url, started } = await partner({ refuseShare: 0.1 });
    const { host } = new URL(url);
    const answer = await call(`${url}/script`, {
      ...form,
      headers: { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' },
    });
    expect(answer).toMatchObject({ status: 303, headers: { location: '/' } });
    expect(started.script).toMatchObject({
      down: true,
      errorShare: 0.05,
      latencyMs: { min: 10, max: 20 },
      refuseShare: 0.1,
    });
    expect((await call(url)).body).toContain('name="down" checked');
  });

  it.each(['', 'errorPercent=x&min=1&max=2', 'errorPercent=5&min=9&max=1', 'errorPercent=101&min=1&max=2'])(
    'rejects an invalid form: %s',
    async (body) => {
      const { url, started } = await partner();
      const before = started.script;
      expect(await call(`${url}/script`, { method: 'POST', body })).toMatchObject({ status: 400 });
      expect(started.script).toEqual(before);
    },
  );

  it.each([
    ['another page', { origin: 'https://evil.example' }],
    ['a page of another port', { origin: 'http://127.0.0.1:1' }],
    ['a page without an origin', { origin: 'null' }],
    ['a link from elsewhere', { 'sec-fetch-site': 'cross-site' }],
    ['a foreign name that resolves to this machine', { host: 'evil.example', origin: 'http://evil.example' }],
  ])('rejects requests from %s', async (_who, headers) => {
    const { url, started } = await partner();
    const before = started.script;
    for (const path of ['/script', '/orders', '/'])
      expect(await call(url + path, { ...form, headers })).toMatchObject({ status: 403 });
    expect(started.script).toEqual(before);
  });

  it('answers 404 to unknown paths', async () => {
    const { url } = await partner();
    for (const path of ['/nothing', '/book/1', '//']) expect((await call(url + path)).status).toBe(404);
  });
});
