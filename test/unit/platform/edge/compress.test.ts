import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { edgeInFront, type StubAnswer } from './fixture.ts';

const long = 'kettle '.repeat(500);
const answer = (more: StubAnswer = {}) => ({
  body: long,
  ...more,
  headers: { 'content-type': 'application/json', 'cache-control': 'max-age=5', etag: '"1"', ...more.headers },
});
const ask = async (acceptEncoding: string, more: StubAnswer = {}) => {
  const edge = await edgeInFront({ answer: () => answer(more) });
  return edge.ask('/products/a', { headers: { 'accept-encoding': acceptEncoding } });
};

describe('compression', () => {
  it.each([
    ['gzip, br', 'br'],
    ['br;q=0.1, gzip', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['BR', 'br'],
    ['deflate', undefined],
    ['*', undefined],
    ['', undefined],
  ])("'%s' gets %s", async (accepted, encoding) => {
    const got = await ask(accepted);
    expect(got.headers['content-encoding']).toBe(encoding);
    expect(got.headers.vary).toBe('Accept-Encoding');
    expect(got.headers.etag).toBe(encoding ? 'W/"1"' : '"1"');
    expect(got.headers['content-length']).toBe(String(got.bytes.length));
    const decoded = { br: brotliDecompressSync, gzip: gunzipSync }[encoding ?? ''];
    expect((decoded ? decoded(got.bytes) : got.bytes).toString()).toBe(long);
  });

  it.each([
    ['a small body', { body: 'x'.repeat(999) }],
    ['a picture', { headers: { 'content-type': 'image/png' } }],
    ['an already compressed font', { headers: { 'content-type': 'font/woff2' } }],
  ])('does not compress %s', async (_, more) => {
    expect((await ask('br', more)).headers['content-encoding']).toBeUndefined();
  });

  it('serves every encoding from one origin response', async () => {
    const { ask, asked } = await edgeInFront({ answer: () => answer() });
    const encodings = ['br', 'gzip', 'identity', 'br'];
    for (const encoding of encodings) await ask('/products/a', { headers: { 'accept-encoding': encoding } });
    expect(asked).toHaveLength(1);
  });

  it('recognizes its own weak tag', async () => {
    const { ask } = await edgeInFront({ answer: () => answer() });
    await ask('/products/a');
    const headers = { 'accept-encoding': 'br', 'if-none-match': 'W/"1"' };
    expect((await ask('/products/a', { headers })).status).toBe(304);
  });
});
