import { describe, expect, it, onTestFinished } from 'vitest';
import { generateRaw, sendRaw } from '../../../../scripts/lab/fuzz/raw.ts';
import { generateRequests } from '../../../../scripts/lab/fuzz/requests.ts';
import { readCorpus } from '../../../../scripts/lab/fuzz/run.ts';
import { listen } from '../../../../scripts/platform/http/listen.ts';
import { stubEngine } from '../../platform/stub.ts';

describe('generated bad input', () => {
  const many = generateRequests(500, 3, 'lamp');

  it('is the same for the same seed', () => {
    expect(generateRequests(500, 3, 'lamp')).toEqual(many);
    expect(generateRequests(500, 4, 'lamp')).not.toEqual(many);
    expect(generateRaw(50, 3)).toEqual(generateRaw(50, 3));
  });

  it('covers every path and token kind, and marks almost valid writes as must-fail', () => {
    const paths = new Set(many.map(({ request }) => request.path.split(/[/?]/)[1]));
    expect([...paths]).toEqual(expect.arrayContaining(['products', 'orders', 'health']));
    expect(new Set(many.map(({ request }) => request.token))).toEqual(
      new Set(['none', 'garbage', 'customer', 'admin']),
    );
    const writes = many.filter(({ request }) => request.path === '/products/lamp/stock');
    expect(writes.length).toBeGreaterThan(10);
    for (const { mustFail } of writes) expect(mustFail).toBe(true);
  });

  it('never contains a valid request by an admin', () => {
    const good = ['{"quantity":1}', '{"name":"Lamp","unitPrice":1,"currency":"EUR","peakOrdersPerSecond":1}'];
    const asAdmin = many.filter(({ request }) => request.token === 'admin' && good.includes(request.body ?? ''));
    for (const { request } of asAdmin) {
      const { 'content-type': type, 'idempotency-key': key } = request.headers;
      expect(type === 'application/json' && (key === undefined || key === 'fuzz-lamp-key')).toBe(false);
    }
  });

  it('has a corpus', () => {
    expect(readCorpus().requests.length).toBeGreaterThan(0);
    expect(readCorpus().raw.length).toBeGreaterThan(0);
  });
});

describe('sendRaw', () => {
  it('returns every status on the connection', async () => {
    const { url } = await stubEngine((_seen, response) => void response.writeHead(503).end());
    const two = 'GET / HTTP/1.1\r\nHost: HOST\r\n\r\n'.repeat(2);
    expect(await sendRaw(url, two)).toEqual({ statuses: [503, 503], hung: false });
  });

  it('detects a server that does not answer', async () => {
    const listener = await listen(0, 'the stub', () => {});
    onTestFinished(() => listener.close());
    const outcome = await sendRaw(listener.url, 'GET / HTTP/1.1\r\nHost: HOST\r\n\r\n', {
      withinMs: 300,
      keepOpen: true,
    });
    expect(outcome).toEqual({ statuses: [], hung: true });
  });
});
