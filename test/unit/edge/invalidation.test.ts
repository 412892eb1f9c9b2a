import { describe, expect, it } from 'vitest';
import { invalidatedDistribution, pathsOfInvalidation, targetPicker } from '../../../scripts/edge/invalidation.ts';
import { deferred } from '../local/stub.ts';
import { edgeInFront } from './fixture.ts';

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
  ])('%j names %s: %s', (paths, target, named) => {
    expect(targetPicker(paths)(target)).toBe(named);
  });

  it('refuses a path without its slash', () => {
    expect(() => targetPicker(['products'])).toThrow("an invalidation path must begin with /, got 'products'");
  });

  it('reads paths from the body of the API call', () => {
    const xml =
      '<?xml version="1.0"?><InvalidationBatch><CallerReference>1</CallerReference><Paths><Items>' +
      '<Path>/products/a&amp;b</Path><Path> /products* </Path></Items><Quantity>2</Quantity></Paths></InvalidationBatch>';
    expect(pathsOfInvalidation(xml)).toEqual(['/products/a&b', '/products*']);
  });

  it('knows the API call', () => {
    expect(invalidatedDistribution('POST', '/2020-05-31/distribution/E1/invalidation')).toBe('E1');
    expect(invalidatedDistribution('GET', '/2020-05-31/distribution/E1/invalidation')).toBeUndefined();
    expect(invalidatedDistribution('POST', '/2020-05-31/distribution')).toBeUndefined();
  });

  it('makes the next read ask the origin, and only of what was named', async () => {
    const { ask, edge } = await edgeInFront();
    for (const path of ['/products/a', '/products/b']) await ask(path);
    expect(edge.invalidate(['/products/a'])).toBe(1);
    expect((await ask('/products/a')).mark).toBe('Miss');
    expect((await ask('/products/b')).mark).toBe('Hit');
  });

  it('keeps no answer that was on its way, and lets nobody who asks later join it', async () => {
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
