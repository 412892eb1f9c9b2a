import { describe, expect, it } from 'vitest';
import { edgeInFront } from './fixture.ts';

const path = '/products/kettle';

describe('revalidation', () => {
  it('asks with the ETag, and serves what it keeps after a 304, with the new headers', async () => {
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

  it('asks again, whole, when the 304 confirms something else', async () => {
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

  it('answers 304 to a viewer that has it, from what is kept', async () => {
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

describe('an origin that fails (RFC 5861)', () => {
  const failing = (headers: Record<string, string>, failure: () => { status: number }) => {
    let broken = false;
    const made = edgeInFront({ answer: () => (broken ? failure() : { headers, body: 'one' }) });
    return {
      made,
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
  ])('%s: serves stale for stale-if-error, and not longer', async (_, failure) => {
    const { made, breakOrigin } = failing({ 'cache-control': 'max-age=5, stale-if-error=20' }, failure);
    const { ask, clock } = await made;
    await ask(path);
    breakOrigin();
    clock.pass(24);
    expect(await ask(path)).toMatchObject({ status: 200, mark: 'Stale', text: 'one', headers: { age: '24' } });
    clock.pass(2);
    expect((await ask(path)).status).toBeGreaterThanOrEqual(502);
  });

  it('asks a failing origin once a second at most while it serves stale', async () => {
    const { made, breakOrigin } = failing({ 'cache-control': 'max-age=5, stale-if-error=20' }, unreachable);
    const { ask, clock, asked } = await made;
    await ask(path);
    breakOrigin();
    clock.pass(6);
    for (let i = 0; i < 10; i++) await ask(path);
    expect(asked).toHaveLength(2);
  });

  it('without leave to serve stale it answers 502 as a problem, or 504 when it is late', async () => {
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
