import { describe, expect, test } from 'vitest';
import { distributionFrom } from '../../../scripts/platform/edge/from-template.ts';
import type { Behaviour, Distribution, Selection } from '../../../scripts/platform/edge/model.ts';
import type { EdgeTemplate } from '../../../scripts/platform/edge/template-values.ts';
import { originReadTimeoutSeconds } from '../../../stacks/model/checks/check-edge.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { edgeInFront } from '../../unit/platform/edge/fixture.ts';
import { synthesize, withoutHash } from './synthesize.ts';

const all = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'];
const reads = ['GET', 'HEAD'];
const year = 31_536_000;

const parseDistribution = (stage: Stage): Distribution =>
  distributionFrom(synthesize(stage).edge.toJSON() as EdgeTemplate);

const named = (selection: Selection) =>
  'names' in selection ? [selection.kind, ...[...selection.names].sort()] : [selection.kind];

/** A stage without a region of its own has the deploy's in the names. */
const ofRegion = `-\${AWS::Region}`;
const shortened = (name = '') =>
  name.replace(new RegExp(`^${physicalName('(local-url|[a-z]+)', '')}`), '').replace(ofRegion, '');

/** A whole behaviour, as the local edge parsed it. */
function summarize({ cache, originRequest, responseHeaders, ...behaviour }: Behaviour) {
  return {
    pattern: behaviour.pattern,
    origin: behaviour.originId,
    methods: [...behaviour.allowedMethods],
    cachedMethods: [...behaviour.cachedMethods],
    policy: shortened(cache.name),
    seconds: [cache.minSeconds, cache.defaultSeconds, cache.maxSeconds],
    key: { headers: named(cache.headers), query: named(cache.query), cookies: named(cache.cookies) },
    compressed: [behaviour.compress, cache.brotli, cache.gzip],
    sent: originRequest && {
      headers: named(originRequest.headers),
      query: named(originRequest.query),
      cookies: named(originRequest.cookies),
    },
    headers: shortened(responseHeaders?.name),
    edgeFunction: withoutHash(behaviour.functions.viewerRequest ?? ''),
  };
}

const nothing = { headers: ['none'], query: ['none'], cookies: ['none'] };
const edgeFunction = 'DistributionEdgeFunction';
const uncached = {
  ...{ cachedMethods: reads, policy: 'nothing', seconds: [0, 0, 0], key: nothing, compressed: [false, false, false] },
  ...{ sent: { headers: ['except', 'host'], query: ['all'], cookies: ['none'] }, headers: 'api-headers', edgeFunction },
};
const page = (policy: string, fallback: number, longest: number) => ({
  ...{ origin: 'storefront', methods: reads, cachedMethods: reads, policy, seconds: [0, fallback, longest] },
  ...{ key: nothing, compressed: [true, true, true], sent: undefined, headers: 'pages-headers', edgeFunction },
});
const products = {
  ...{ methods: all, ...uncached, policy: 'products', seconds: [0, 0, 65], compressed: [true, true, true] },
  key: { ...nothing, query: ['only', 'cursor', 'limit'] },
  sent: { headers: ['except', 'host'], query: ['none'], cookies: ['none'] },
};
const expected = (origin: { catalog: string; intake: string }) => [
  { pattern: '/orders*', origin: origin.intake, methods: all, ...uncached },
  { pattern: '/products*', origin: origin.catalog, ...products },
  { pattern: '/health', origin: origin.catalog, methods: reads, ...uncached },
  { pattern: '/assets/*', ...page('assets', year, year) },
  { pattern: '*', ...page('pages', 5, 5) },
];

const security = (contentSecurityPolicy: unknown) => [
  { name: 'content-security-policy', value: contentSecurityPolicy, override: true },
  { name: 'referrer-policy', value: 'no-referrer', override: true },
  { name: 'strict-transport-security', value: 'max-age=31536000; includeSubDomains', override: true },
  { name: 'x-content-type-options', value: 'nosniff', override: true },
  { name: 'x-frame-options', value: 'DENY', override: true },
];

describe.each([
  [stages.local, { api: 'http', storefront: 'bucket' }, { catalog: 'api', intake: 'api' }],
  [
    stages['local-url'],
    { catalog: 'http', intake: 'http', stock: 'http', storefront: 'bucket' },
    { catalog: 'catalog', intake: 'intake' },
  ],
])('the local edge reads from the template of stage $name', (stage, origins, originOf) => {
  const distribution = parseDistribution(stage);

  test('all behaviours in order: methods, times, key, forwarded values, compression and headers', () => {
    expect(distribution.behaviours.map(summarize)).toEqual(expected(originOf));
  });

  test('all origins', () => {
    const kinds = Object.fromEntries([...distribution.origins].map(([id, { kind }]) => [id, kind]));
    expect(kinds).toEqual(origins);
    for (const { path, headers, timeoutSeconds, kind } of distribution.origins.values()) {
      const patience = kind === 'http' ? originReadTimeoutSeconds(stage) : 30;
      expect({ path, headers, timeoutSeconds }).toEqual({ path: '', headers: {}, timeoutSeconds: patience });
    }
  });

  test('the response headers', () => {
    const policies = new Map(
      distribution.behaviours.map(({ responseHeaders }) => [responseHeaders?.name, responseHeaders]),
    );
    const findPolicy = (name: string) => {
      const found = policies.get(physicalName(stage.name, name) + ofRegion);
      const set = [...(found?.set ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
      return { set, remove: found?.remove };
    };
    const remove = ['server', 'x-powered-by'];
    expect(findPolicy('api-headers')).toEqual({ set: security("default-src 'none'; frame-ancestors 'none'"), remove });
    expect(findPolicy('pages-headers')).toEqual({
      set: security(expect.stringMatching(/^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/)),
      remove,
    });
  });

  test('the start page, and that errors are not cached', () => {
    expect(distribution.defaultRootObject).toBe('index.html');
    const statuses = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];
    expect(distribution.errors).toEqual(statuses.map((status) => ({ status, cacheSeconds: 0 })));
  });

  test("routes reads to the behaviour's origin, and product writes where the edge function sends them", async () => {
    const { ask, asked } = await edgeInFront({ distribution });
    const requests = [
      ['GET', '/products'],
      ['PUT', '/products/lamp'],
      ['POST', '/products/lamp/stock'],
      ['POST', '/orders'],
      ['GET', '/orders'],
      ['GET', '/health'],
      ['GET', '/'],
    ] as const;
    for (const [method, path] of requests) await ask(path, { method, headers: { 'content-length': '0' } });
    const { catalog, intake } = originOf;
    const stock = 'stock' in origins ? 'stock' : catalog;
    expect(asked.map(({ origin }) => origin)).toEqual([catalog, stock, stock, intake, intake, catalog, 'storefront']);
  });
});

test.each(Object.values<Stage>(stages))(
  'the template of stage $name has no part that the local edge ignores silently',
  (stage) => {
    const { notEmulated } = parseDistribution(stage);
    expect(notEmulated.some((text) => text.startsWith('WAF'))).toBe(stage.edge.webAcl !== null);
  },
);
