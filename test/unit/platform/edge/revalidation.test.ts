import { describe, expect, it } from 'vitest';
import { edgeInFront } from './fixture.ts';

const path = '/products/kettle';

describe('revalidation', () => {
  it('sends the ETag, and after a 304 serves the cached body with the new headers', async () => {
    const { ask, clock, asked } = await edgeInFront({
      answer: ({ headers }) =>
        headers['if-none-match'] === '"1"'
          ? { status: 304, headers: { etag: '"1"', 'cache-control': 'max-age=20' } }
          : { headers: { etag: '"1"', 'cache-control': 'max-age=5' }, body: 'one' },
    });
    await ask(path);
    clock.pass(6);
    expect(await ask(path)).toMatchObject({ mark: 'RefreshHit', text: 'one', headers: { age: '0' } });
    clock.pass(15);
    expect((await ask(path)).mark).toBe('Hit');
    expect(asked).toHaveLength(2);
  });

  it('fetches the full response when the 304 confirms another version', async () => {
    const { ask, clock } = await edgeInFront({
      answer: ({ headers }, call) =>
        headers['if-none-match']
          ? { status: 304, headers: { etag: '"other"' } }
          : { headers: { etag: `"${call}"`, 'cache-control': 'max-age=5' }, body: `call ${call}` },
    });
    await ask(path);
    clock.pass(6);
    expect(await ask(path)).toMatchObject({ mark: 'Miss', text: 'call 3' });
  });

  it('answers 304 from the cache to a viewer that has the same version', async () => {
    const { ask, asked } = await edgeInFront({
      answer: () => ({ headers: { etag: '"1"', 'cache-control': 'public, max-age=5' }, body: 'one' }),
    });
    await ask(path, { headers: { 'if-none-match': '"1"' } });
    const answer = await ask(path, { headers: { 'if-none-match': 'W/"0", W/"1"' } });
    expect(answer).toMatchObject({ status: 304, mark: 'Hit', text: '', headers: { etag: '"1"' } });
    expect(answer.headers['content-type']).toBeUndefined();
    expect((await ask(path, { headers: { 'if-none-match': '"0"' } })).status).toBe(200);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.headers['if-none-match']).toBeUndefined();
  });
});

describe('a failing origin (RFC 5861)', () => {
  const failing = (headers: Record<string, string>, failure: () => { status: number }) => {
    let broken = false;
    const edge = edgeInFront({ answer: () => (broken ? failure() : { headers, body: 'one' }) });
    return {
      edge,
      breakOrigin: () => {
        broken = true;
      },
    };
  };
  const unreachable = (): never => {
    throw new Error('connect ECONNREFUSED');
  };

  it.each([
    ['a 503', () => ({ status: 503 })],
    ['no answer', unreachable],
  ])('%s: serves stale until stale-if-error ends', async (_, failure) => {
    const { edge, breakOrigin } = failing({ 'cache-control': 'max-age=5, stale-if-error=20' }, failure);
    const { ask, clock } = await edge;
    await ask(path);
    breakOrigin();
    clock.pass(24);
    expect(await ask(path)).toMatchObject({ status: 200, mark: 'Stale', text: 'one', headers: { age: '24' } });
    clock.pass(2);
    expect((await ask(path)).status).toBeGreaterThanOrEqual(502);
  });

  it('calls a failing origin at most once a second while it serves stale', async () => {
    const { edge, breakOrigin } = failing({ 'cache-control': 'max-age=5, stale-if-error=20' }, unreachable);
    const { ask, clock, asked } = await edge;
    await ask(path);
    breakOrigin();
    clock.pass(6);
    for (let i = 0; i < 10; i++) await ask(path);
    expect(asked).toHaveLength(2);
  });

  it('without stale-if-error, answers a 502 problem, or 504 after a timeout', async () => {
    const { ask } = await edgeInFront({ answer: unreachable });
    const answer = await ask(path);
    expect(answer).toMatchObject({ status: 502, mark: 'Error' });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    const late = await edgeInFront({
      answer: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    expect(await late.ask(path)).toMatchObject({ status: 504, mark: 'Error' });
  });
});
