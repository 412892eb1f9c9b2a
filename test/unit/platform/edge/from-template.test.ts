import { describe, expect, it } from 'vitest';
import { distributionFrom } from '../../../../scripts/platform/edge/from-template.ts';
import { behaviourFinder, normalizedPath } from '../../../../scripts/platform/edge/model.ts';
import type { EdgeTemplate } from '../../../../scripts/platform/edge/template-values.ts';
import { edgeInFront, fixtureTemplate } from './fixture.ts';

/** A copy of the fixture with one change. */
function changed(
  change: (template: {
    Resources: Record<string, { Type: string; Properties: Record<string, Record<string, unknown>> }>;
  }) => void,
): EdgeTemplate {
  const copy = structuredClone(fixtureTemplate);
  change(copy as never);
  return copy;
}
const config = (template: { Resources: Record<string, { Properties: Record<string, Record<string, unknown>> }> }) =>
  template.Resources.Distribution?.Properties.DistributionConfig ?? {};

describe('a distribution from its template', () => {
  const distribution = distributionFrom(fixtureTemplate, { ApiId: 'abc' });

  it('has its behaviours in order, the default last', () => {
    const found = distribution.behaviours.map(({ pattern, originId, cache }) => [pattern, originId, cache.name]);
    expect(found).toEqual([
      ['/orders*', 'api', 'CachingDisabled'],
      ['/products*', 'api', 'products'],
      ['/texts/*', 'api', 'localized'],
      ['/assets/?*', 'bucket', 'assets'],
      ['*', 'bucket', 'products'],
    ]);
  });

  it('has its references resolved', () => {
    expect(distribution.origins.get('api')).toMatchObject({
      kind: 'http',
      domain: 'abc.execute-api.amazonaws.com',
      timeoutSeconds: 2,
      headers: { 'x-edge': 'yes' },
    });
    expect(distribution.origins.get('bucket')).toMatchObject({
      kind: 'bucket',
      domain: expect.stringContaining('Bucket.DomainName'),
    });
  });

  it('lists what it does not emulate', () => {
    expect(distribution.notEmulated).toContain('WAF: no rule runs');
    expect(distribution.notEmulated).toContain(
      'header x-origin-secret of origin api: its value is a secret that exists only on AWS',
    );
  });

  it.each([
    ['an unknown property', (c: Record<string, unknown>) => Object.assign(c, { Brand: 1 }), 'template_part_unknown'],
    [
      'an unknown policy',
      (c: Record<string, unknown>) => {
        (c.DefaultCacheBehavior as Record<string, unknown>).CachePolicyId = 'no-such-id';
      },
      'policy_unknown',
    ],
    [
      'an unknown origin',
      (c: Record<string, unknown>) => {
        (c.DefaultCacheBehavior as Record<string, unknown>).TargetOriginId = 'nowhere';
      },
      'origin_unknown',
    ],
    [
      'a Lambda@Edge function',
      (c: Record<string, unknown>) => {
        (c.DefaultCacheBehavior as Record<string, unknown>).LambdaFunctionAssociations = [];
      },
      'template_part_unknown',
    ],
    [
      'an unknown intrinsic function',
      (c: Record<string, unknown>) => {
        c.DefaultRootObject = { 'Fn::Base64': 'x' };
      },
      'template_value',
    ],
  ])('rejects %s', (_, change, code) => {
    const template = changed((copy) => change(config(copy)));
    expect(() => distributionFrom(template)).toThrow(expect.objectContaining({ code }));
  });

  it('rejects a template without a distribution', () => {
    expect(() => distributionFrom({ Resources: {} })).toThrow(expect.objectContaining({ code: 'distribution_count' }));
  });
});

describe('path patterns', () => {
  const find = behaviourFinder(distributionFrom(fixtureTemplate).behaviours);
  it.each([
    ['/orders', '/orders*'],
    ['/orders/1/x.css', '/orders*'],
    ['/orders/1'.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`), '/orders*'],
    ['/assets/../orders/1', '/orders*'],
    ['//orders', '/orders*'],
    ['/Orders', '*'],
    ['/products', '/products*'],
    ['/assets/', '*'],
    ['/assets/a', '/assets/?*'],
    ['/texts.x', '*'],
    ['/', '*'],
  ])('%s is served by %s', (path, pattern) => {
    expect(find(path).pattern).toBe(pattern);
  });

  it.each([
    ['/a/./b/../c', '/a/c'],
    ['/../../a', '/a'],
    ['/a//b/', '/a/b/'],
    ['/%7euser/%2F', '/~user/%2F'],
    ['/a/..', '/'],
  ])('%s is normalized to %s', (path, normal) => {
    expect(normalizedPath(path)).toBe(normal);
  });
});

describe('the response headers policy', () => {
  it('sets, keeps and removes headers of cached and passed responses', async () => {
    const { ask } = await edgeInFront({
      answer: () => ({ headers: { 'cache-control': 'max-age=5', server: 'secret/1', 'referrer-policy': 'origin' } }),
    });
    for (const method of ['GET', 'GET', 'POST']) {
      const { headers } = await ask('/products/a', { method });
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'strict-transport-security': 'max-age=60; includeSubDomains',
        'referrer-policy': 'origin',
      });
      expect(headers.server).toBeUndefined();
    }
  });
});
