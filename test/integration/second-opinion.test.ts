import { beforeEach, describe, expect, test } from 'vitest';
import { lacking, output, platform } from '../support/deployed.ts';
import { type Answer, type AskOptions, askAt, askServer } from '../unit/platform/edge/fixture.ts';

// MiniStack emulates CloudFront independently: routing, buckets with origin access control, edge functions and headers
// policies, but no cache. It gets the distribution from the deployment, not from our reading of the template.

const skipReason =
  lacking('cdn-answers') ??
  (platform.engineAddress ? undefined : 'the gateway passes no distribution Host to a third-party engine') ??
  (platform.stage === 'local'
    ? undefined
    : "MiniStack's edge functions cannot import 'cloudfront', which Function URLs need to route writes: always 503");

/**
 * Allowed differences, with reasons: all other statuses, bytes and headers named here must be equal. Headers that the
 * edge function drops are not covered: a bucket ignores them.
 */
const differences = {
  missingFile: 'MiniStack answers 403 for a missing file even with s3:ListBucket; AWS then answers 404',
  ownAnswer:
    'MiniStack applies no headers policy to answers of the edge function or the CDN itself; AWS documents it for cached ' +
    'and origin answers, and the local edge applies it to all',
  refusal: 'MiniStack refuses a method with an HTML page, the local edge with a problem document',
  unreachable: 'MiniStack cannot use an HTTP API as an origin and answers 502',
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

async function askBoth(path: string, options: AskOptions = {}): Promise<{ edge: Answer; engine: Answer }> {
  // Simulates TLS for MiniStack; without it, every behaviour redirects or refuses.
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

const findAsset = async () =>
  /\/assets\/[^"]+\.js/.exec((await askServer(platform.edgeUrl, '/index.html')).text)?.[0] ?? 'no asset in the page';

beforeEach((context) => {
  if (skipReason) context.skip(skipReason);
});

describe('the engine and the local edge answer with equal status, bytes and headers for', () => {
  test.each<[string, string | typeof findAsset, AskOptions]>([
    ['the start page', '/', {}],
    ['the page by file name', '/index.html', {}],
    ['the settings', '/config.json', {}],
    ['the settings with a query', '/config.json?stage=prod', {}],
    ['the settings for a viewer with cookies', '/config.json', { headers: { cookie: 'a=b', 'x-customer': 'eve' } }],
    ['the head of the settings', '/config.json', { method: 'HEAD' }],
    ['an asset', findAsset, {}],
    ['a byte range of an asset', findAsset, { headers: { range: 'bytes=0-9' } }],
  ])('%s', async (_, place, options) => {
    const { edge, engine } = await askBoth(typeof place === 'string' ? place : await place(), options);
    expect(edge.status).toBe(engine.status);
    expect(edge.status).toBeLessThan(300);
    expect(edge.bytes.equals(engine.bytes)).toBe(true);
    const names = [...policyHeaders, ...contentHeaders];
    expect(pick(edge, names)).toEqual(pick(engine, names));
  });

  test('a conditional request', async () => {
    const { etag } = (await askServer(platform.edgeUrl, '/config.json')).headers;
    const { edge, engine } = await askBoth('/config.json', { headers: { 'if-none-match': etag } });
    expect([edge.status, engine.status]).toEqual([304, 304]);
    const names = [...policyHeaders, 'etag', 'cache-control'];
    expect(pick(edge, names)).toEqual(pick(engine, names));
  });

  test.each(['/a%2fb', '/..%2forders', '/a%5cb', '/%2e%2e/orders', '/a;b', '//index.html', '/.git'])(
    '%s, which the edge function refuses in both',
    async (path) => {
      const { edge, engine } = await askBoth(path);
      expect([edge.status, engine.status]).toEqual([400, 400]);
      expect(edge.bytes.equals(engine.bytes)).toBe(true);
      const names = ['content-type', 'cache-control', 'x-content-type-options'];
      expect(pick(edge, names)).toEqual(pick(engine, names));
      expect([edge.mark, engine.mark]).toEqual(Array(2).fill('FunctionGeneratedResponse'));
    },
  );

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('a refused %s of a file', async (method) => {
    const { edge, engine } = await askBoth('/config.json', { method });
    expect([edge.status, engine.status]).toEqual([403, 403]);
    expect([edge.mark, engine.mark]).toEqual(['Error', 'Error']);
  });
});

describe('the engine and the local edge differ as listed', () => {
  test(differences.missingFile, async () => {
    for (const path of ['/assets/none.js', '/nowhere']) {
      const { edge, engine } = await askBoth(path);
      expect([edge.status, engine.status]).toEqual([404, 403]);
      expect(pick(edge, policyHeaders)).toEqual(pick(engine, policyHeaders));
    }
  });

  test(differences.ownAnswer, async () => {
    const { edge, engine } = await askBoth('/a%2fb');
    expect(edge.headers['strict-transport-security']).toBeDefined();
    expect(engine.headers['strict-transport-security']).toBeUndefined();
  });

  test(differences.refusal, async () => {
    const { edge, engine } = await askBoth('/', { method: 'DELETE' });
    expect(edge.headers['content-type']).toBe('application/problem+json');
    expect(engine.headers['content-type']).toBe('text/html');
  });

  test(differences.unreachable, async () => {
    for (const path of ['/products', '/orders']) {
      const { edge, engine } = await askBoth(path);
      expect(edge.status).toBeLessThan(500);
      expect(engine.status).toBe(502);
    }
  });
});
