import { describe, expect, it } from 'vitest';
import { engineGuard, foreignHostGuard } from '../../../scripts/platform/http/guard.ts';

const host = '127.0.0.1:4711';
const guard = engineGuard(4711);

describe("the engine's guard", () => {
  it.each([
    ['a program on this machine', { host }],
    ['localhost by name', { host: 'localhost:4711' }],
    ['a bucket as a host name', { host: 'my-bucket.s3.localhost:4711' }],
    ['an address typed into a browser', { host, 'sec-fetch-site': 'none' }],
  ])('allows %s', (_who, headers) => {
    expect(guard(headers)).toBeUndefined();
  });

  it.each([
    ['a page of another origin', { host, origin: 'https://evil.example' }, 'origin_refused'],
    ['a page without an origin', { host, origin: 'null' }, 'origin_refused'],
    ['a page of its own origin', { host, origin: `http://${host}` }, 'origin_refused'],
    ['a cross-site fetch', { host, 'sec-fetch-site': 'cross-site' }, 'cross_site_refused'],
    ['a page on another port of this machine', { host, 'sec-fetch-site': 'same-site' }, 'cross_site_refused'],
    ['a name that resolves to this machine (DNS rebinding)', { host: 'evil.example:4711' }, 'host_refused'],
    ['a name that only starts with ours', { host: 'localhost.evil.example:4711' }, 'host_refused'],
    ['a name that only ends with ours', { host: 'evil-localhost:4711' }, 'host_refused'],
    ['another port', { host: '127.0.0.1:80' }, 'host_refused'],
    ['a missing host', {}, 'host_refused'],
  ])('rejects %s', (_who, headers, code) => {
    expect(guard(headers)).toMatchObject({ status: 403, code });
  });
});

describe("the API's guard", () => {
  it('allows other origins, because the API handles CORS', () => {
    expect(foreignHostGuard(4711)({ host, origin: 'https://shop.example' })).toBeUndefined();
  });

  it('rejects a foreign host', () => {
    expect(foreignHostGuard(4711)({ host: 'evil.example' })).toMatchObject({ code: 'host_refused' });
  });
});
