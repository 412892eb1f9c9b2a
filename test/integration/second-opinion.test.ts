import { beforeEach, describe, expect, test } from 'vitest';
import { lacking, output, platform } from '../support/deployed.ts';
import { type Answer, type AskOptions, askAt, askServer } from '../unit/platform/edge/fixture.ts';

// MiniStack has a CloudFront of its own: routing, buckets with origin access control, edge functions and headers
// policies, without a cache. It knows the distribution by the deploy and not by our reading of the template.

const whyNot =
  lacking('cdn-answers') ??
  (platform.engineAddress ? undefined : 'the gateway lets no Host of a distribution through to an engine of others') ??
  (platform.stage === 'local'
    ? undefined
    : "MiniStack's edge functions cannot import 'cloudfront', by which Function URLs choose who takes writes: always 503");

/**
 * Where the two may differ, each with its reason: all other statuses, bytes and headers named here must be the same.
 * Not seen here are headers that the edge function drops: a bucket does nothing with them.
 */
const differences = {
  missingFile: 'MiniStack answers 403 for a missing file, whatever s3:ListBucket allows; AWS answers 404 with it',
  ownAnswer:
    'MiniStack puts no headers policy on what the edge function or the CDN itself answers; AWS documents it for cached ' +
    'answers and those of origins, and the local edge puts it on all',
  refusal: 'a refused method is told by MiniStack in an HTML page, by the local edge in a problem document',
  unreachable: 'MiniStack reaches no HTTP API as an origin and answers 502',
} as const;

const policyHeaders = [
  'content-security-policy',
  'referrer-policy',
  'server',
  'strict-transport-security',
  'x-content-type-options',
  'x-frame-options',
  'x-powered-by',
];
const contentHeaders = ['cache-control', 'content-length', 'content-range', 'content-type', 'etag', 'accept-ranges'];

async function bothOf(path: string, options: AskOptions = {}): Promise<{ edge: Answer; engine: Answer }> {
  // MiniStack takes this for TLS, without which every behaviour redirects or refuses.
  const headers = { ...options.headers, host: output('DistributionDomain'), 'x-forwarded-proto': 'https' };
  const [edge, engine] = await Promise.all([
    askServer(platform.edgeUrl, path, options),
    askAt(platform.engineAddress ?? {}, path, { ...options, headers }),
  ]);
  return { edge, engine };
}

function pick({ headers }: Answer, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, headers[name]]));
}

const assetOf = async () =>
  /\/assets\/[^"]+\.js/.exec((await askServer(platform.edgeUrl, '/index.html')).text)?.[0] ?? 'no asset in the page';

beforeEach((context) => {
  if (whyNot) context.skip(whyNot);
});

describe('the engine and the local edge agree, status, bytes and headers, on', () => {
  test.each<[string, string | typeof assetOf, AskOptions]>([
    ['the start page', '/', {}],
    ['the page by its name', '/index.html', {}],
    ['the settings', '/config.json', {}],
    ['the settings with a query', '/config.json?stage=prod', {}],
    ['the settings for a viewer with cookies', '/config.json', { headers: { cookie: 'a=b', 'x-customer': 'eve' } }],
    ['the head of the settings', '/config.json', { method: 'HEAD' }],
    ['an asset', assetOf, {}],
    ['a part of an asset', assetOf, { headers: { range: 'bytes=0-9' } }],
  ])('%s', async (_, place, options) => {
    const { edge, engine } = await bothOf(typeof place === 'string' ? place : await place(), options);
    expect(edge.status).toBe(engine.status);
    expect(edge.status).toBeLessThan(300);
    expect(edge.bytes.equals(engine.bytes)).toBe(true);
    const names = [...policyHeaders, ...contentHeaders];
    expect(pick(edge, names)).toEqual(pick(engine, names));
  });

  test('what a viewer holds already', async () => {
    const { etag } = (await askServer(platform.edgeUrl, '/config.json')).headers;
    const { edge, engine } = await bothOf('/config.json', { headers: { 'if-none-match': etag } });
    expect([edge.status, engine.status]).toEqual([304, 304]);
    const names = [...policyHeaders, 'etag', 'cache-control'];
    expect(pick(edge, names)).toEqual(pick(engine, names));
  });

  test.each(['/a%2fb', '/..%2forders', '/a%5cb', '/%2e%2e/orders', '/a;b', '//index.html', '/.git'])(
    'the refusal of %s by the edge function, run by each in its own way',
    async (path) => {
      const { edge, engine } = await bothOf(path);
      expect([edge.status, engine.status]).toEqual([400, 400]);
      expect(edge.bytes.equals(engine.bytes)).toBe(true);
      const names = ['content-type', 'cache-control', 'x-content-type-options'];
      expect(pick(edge, names)).toEqual(pick(engine, names));
      expect([edge.mark, engine.mark]).toEqual(Array(2).fill('FunctionGeneratedResponse'));
    },
  );

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('who may not send %s to a file', async (method) => {
    const { edge, engine } = await bothOf('/config.json', { method });
    expect([edge.status, engine.status]).toEqual([403, 403]);
    expect([edge.mark, engine.mark]).toEqual(['Error', 'Error']);
  });
});

describe('they differ, as the table says', () => {
  test(differences.missingFile, async () => {
    for (const path of ['/assets/none.js', '/nowhere']) {
      const { edge, engine } = await bothOf(path);
      expect([edge.status, engine.status]).toEqual([404, 403]);
      expect(pick(edge, policyHeaders)).toEqual(pick(engine, policyHeaders));
    }
  });

  test(differences.ownAnswer, async () => {
    const { edge, engine } = await bothOf('/a%2fb');
    expect(edge.headers['strict-transport-security']).toBeDefined();
    expect(engine.headers['strict-transport-security']).toBeUndefined();
  });

  test(differences.refusal, async () => {
    const { edge, engine } = await bothOf('/', { method: 'DELETE' });
    expect(edge.headers['content-type']).toBe('application/problem+json');
    expect(engine.headers['content-type']).toBe('text/html');
  });

  test(differences.unreachable, async () => {
    for (const path of ['/products', '/orders']) {
      const { edge, engine } = await bothOf(path);
      expect(edge.status).toBeLessThan(500);
      expect(engine.status).toBe(502);
    }
  });
});
