import { describe, expect, it } from 'vitest';
import { EdgeFunction } from '../../../../scripts/platform/edge/edge-function.ts';

const viewer = {
  method: 'GET',
  path: '/a',
  query: 'x=1&x=2&y',
  headers: { host: 'h', cookie: 'c=1' },
  ip: '127.0.0.1',
};
const run = (code: string) => new EdgeFunction(code, 'E1').onRequest(viewer);

describe('the edge function', () => {
  it("gets CloudFront's event", async () => {
    const result = await run('function handler(e) { return { statusCode: 200, body: JSON.stringify(e) }; }');
    expect(JSON.parse(String(result.kind === 'response' && result.body))).toMatchObject({
      version: '1.0',
      context: { distributionId: 'E1', eventType: 'viewer-request' },
      viewer: { ip: '127.0.0.1' },
      request: {
        method: 'GET',
        uri: '/a',
        querystring: { x: { value: '1', multiValue: [{ value: '1' }, { value: '2' }] }, y: { value: '' } },
        headers: { host: { value: 'h' } },
        cookies: { c: { value: '1' } },
      },
    });
  });

  it('changes the request, and keeps unchanged parts exactly', async () => {
    const result = await run("async function handler(e) { e.request.uri = '/b'; return e.request; }");
    expect(result).toMatchObject({
      kind: 'request',
      viewer: { path: '/b', query: 'x=1&x=2&y', headers: { cookie: 'c=1' } },
    });
  });

  it('chooses an origin, whatever name it imports the module by', async () => {
    const code = `import cloudfront from 'cloudfront';
      function handler(e) { cloudfront.selectRequestOriginById('stock'); return e.request; }`;
    expect(await run(code)).toMatchObject({ originId: 'stock' });
  });

  it.each([
    ["Node's API", 'function handler(e) { return process.exit(1); }', /process is not defined/],
    ['eval', "function handler(e) { return eval('1'); }", /Code generation from strings disallowed/],
    ['an endless loop', 'function handler(e) { for (;;); }', /timed out after 1000ms/],
    [
      'a helper that is not emulated',
      'import cf from "cloudfront"; function handler(e) { cf.kvs(); }',
      /has no cf.kvs/,
    ],
    ['an empty result', 'function handler(e) {}', /neither a request nor a response/],
  ])('fails on %s', async (_, code, error) => {
    await expect(run(code)).rejects.toThrow(error);
  });
});
