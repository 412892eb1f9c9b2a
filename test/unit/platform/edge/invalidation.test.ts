import { describe, expect, it } from 'vitest';
import {
  invalidatedDistribution,
  parseInvalidationPaths,
  targetMatcher,
} from '../../../../scripts/platform/edge/invalidation.ts';
import { deferred } from '../stub.ts';
import { edgeInFront, type StubAnswer } from './fixture.ts';

describe('invalidation', () => {
  it.each([
    [['/products/kettle'], '/products/kettle', true],
    [['/products/kettle'], '/products/kettle-2', false],
    [['/products'], '/products?limit=2', false],
    [['/products?*'], '/products?limit=2', true],
    [['/products*'], '/products?limit=2', true],
    [['/products*'], '/products/kettle', true],
    [['/products/*'], '/products', false],
    [['/*'], '/', true],
    [['*'], '/products', true],
    [['/a', '/b'], '/b', true],
  ])('%j matches %s: %s', (paths, target, named) => {
    expect(targetMatcher(paths)(target)).toBe(named);
  });

  it('rejects a path without its slash', () => {
    expect(() => targetMatcher(['products'])).toThrow("an invalidation path must begin with /, got 'products'");
  });

  it('reads paths from the body of the API call', () => {
    const xml =
      '<?xml version="1.0"?><InvalidationBatch><CallerReference>1</CallerReference><Paths><Items>' +
      '<Path>/products/a&amp;b</Path><Path> /products* </Path></Items><Quantity>2</Quantity></Paths></InvalidationBatch>';
    expect(parseInvalidationPaths(xml)).toEqual(['/products/a&b', '/products*']);
  });

  it('recognizes the API call', () => {
    expect(invalidatedDistribution('POST', '/2020-05-31/distribution/E1/invalidation')).toBe('E1');
    expect(invalidatedDistribution('GET', '/2020-05-31/distribution/E1/invalidation')).toBeUndefined();
    expect(invalidatedDistribution('POST', '/2020-05-31/distribution')).toBeUndefined();
  });

  it('makes the next read of the named paths call the origin, and of no others', async () => {
    const { ask, edge } = await edgeInFront();
    for (const path of ['/products/a', '/products/b']) await ask(path);
    expect(edge.invalidate(['/products/a'])).toBe(1);
    expect((await ask('/products/a')).mark).toBe('Miss');
    expect((await ask('/products/b')).mark).toBe('Hit');
  });

  it('does not cache a pending response, and later requests do not join it', async () => {
    const gates = [deferred(), deferred()];
    const { ask, edge, asked } = await edgeInFront({
      answer: async (_, call) => {
        await gates[call - 1]?.promise;
        return { headers: { 'cache-control': 'max-age=5' }, body: `call ${call}` };
      },
    });
    const before = ask('/products/a');
    await expect.poll(() => asked.length).toBe(1);
    edge.invalidate(['/products/a']);
    const after = ask('/products/a');
    await expect.poll(() => asked.length).toBe(2);
    gates[1]?.resolve();
    expect((await after).text).toBe('call 2');
    gates[0]?.resolve();
    expect((await before).text).toBe('call 1');
    expect(await ask('/products/a')).toMatchObject({ mark: 'Hit', text: 'call 2' });
  });
});

describe('a change during an origin call', () => {
  const times = { 'cache-control': 'public, max-age=5, stale-while-revalidate=10, stale-if-error=60' };
  const lists = ['/products', '/products?limit=2'];

  /** An origin that answers with the catalog at the time of the call, once the test opens its gate. */
  async function slowCatalog(toAnswer: (catalog: string) => StubAnswer = (body) => ({ headers: times, body })) {
    const gates: ReturnType<typeof deferred>[] = [];
    const catalog = { text: 'old' };
    const fixture = await edgeInFront({
      answer: async (_, call) => {
        const seen = catalog.text;
        await gates[call - 1]?.promise;
        return toAnswer(seen);
      },
    });
    const hold = () => {
      const gate = deferred();
      gates[fixture.asked.length] = gate;
      return gate;
    };
    const change = () => {
      catalog.text = 'new';
      fixture.edge.invalidate(['/products', '/products?*']);
    };
    const calls = (count: number) => expect.poll(() => fixture.asked.length).toBe(count);
    const waiting = (count: number) => expect.poll(() => fixture.edge.stats()['/products*']?.requests).toBe(count);
    return { ...fixture, hold, change, calls, waiting };
  }

  it.each(lists)('%s: does not cache the response that the first viewers wait for', async (path) => {
    const { ask, hold, change, waiting } = await slowCatalog();
    const gate = hold();
    const early = [ask(path), ask(path), ask(path)];
    await waiting(3);
    change();
    gate.resolve();
    expect((await Promise.all(early)).map(({ text }) => text)).toEqual(['old', 'old', 'old']);
    expect(await ask(path)).toMatchObject({ mark: 'Miss', text: 'new' });
    expect(await ask(path)).toMatchObject({ mark: 'Hit', text: 'new' });
  });

  it.each(lists)('%s: does not cache the result of a background revalidation', async (path) => {
    const { ask, hold, change, calls, clock } = await slowCatalog();
    await ask(path);
    clock.pass(6);
    const gate = hold();
    expect(await ask(path)).toMatchObject({ mark: 'Stale', text: 'old' });
    await calls(2);
    change();
    expect(await ask(path)).toMatchObject({ mark: 'Miss', text: 'new' });
    gate.resolve();
    clock.pass(1);
    expect(await ask(path)).toMatchObject({ mark: 'Hit', text: 'new' });
  });

  it('does not restore an invalidated entry after a pending 304', async () => {
    const { ask, hold, change, calls, clock, asked } = await slowCatalog((text) =>
      text === 'old' && asked.at(-1)?.headers['if-none-match'] !== undefined
        ? { status: 304, headers: { ...times, etag: '"old"' } }
        : { headers: { ...times, etag: `"${text}"` }, body: text },
    );
    await ask('/products');
    clock.pass(16);
    const gate = hold();
    const early = ask('/products');
    await calls(2);
    expect(asked[1]?.headers['if-none-match']).toBe('"old"');
    change();
    gate.resolve();
    expect((await early).text).toBe('old');
    expect(await ask('/products')).toMatchObject({ mark: 'Miss', text: 'new' });
    expect(asked[2]?.headers['if-none-match']).toBeUndefined();
  });

  it('does not serve an invalidated entry when the origin fails', async () => {
    const { ask, hold, change, waiting, clock, asked } = await slowCatalog((body) =>
      asked.length === 1 ? { headers: times, body } : { status: 503 },
    );
    await ask('/products');
    clock.pass(16);
    const gate = hold();
    const early = [ask('/products'), ask('/products')];
    await waiting(3);
    change();
    gate.resolve();
    expect((await Promise.all(early)).map(({ status }) => status)).toEqual([503, 503]);
    expect((await ask('/products')).status).toBe(503);
  });

  it.each([
    ['that may be cached', { 'cache-control': 'public, max-age=5' }],
    ['without a directive', {}],
    ['that must not be stored', { 'cache-control': 'no-store' }],
  ])('shows a product after its creation, despite an earlier 404 %s', async (_, headers) => {
    const { ask, hold, calls, edge, change } = await slowCatalog((text) =>
      text === 'old' ? { status: 404, headers, body: 'none' } : { headers: times, body: text },
    );
    expect((await ask('/products/lamp')).status).toBe(404);
    edge.invalidate(['/products/lamp']);
    const gate = hold();
    const early = ask('/products/lamp');
    await calls(2);
    change();
    edge.invalidate(['/products/lamp']);
    gate.resolve();
    expect((await early).status).toBe(404);
    expect(await ask('/products/lamp')).toMatchObject({ status: 200, text: 'new' });
  });
});
