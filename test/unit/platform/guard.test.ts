import { describe, expect, it } from 'vitest';
import { engineGuard, foreignHostGuard } from '../../../scripts/platform/http/guard.ts';

const host = '127.0.0.1:4711';
const guard = engineGuard(4711);

describe('the guard of the engine', () => {
  it.each([
    ['a program on this machine', { host }],
    ['localhost by name', { host: 'localhost:4711' }],
    ['a bucket as host name', { host: 'my-bucket.s3.localhost:4711' }],
    ['an address typed into a browser', { host, 'sec-fetch-site': 'none' }],
  ])('lets %s pass', (_who, headers) => {
    expect(guard(headers)).toBeUndefined();
  });

  it.each([
    ['a page of another origin', { host, origin: 'https://evil.example' }, 'origin_refused'],
    ['a page without an origin', { host, origin: 'null' }, 'origin_refused'],
    ['a page of its own origin', { host, origin: `http://${host}` }, 'origin_refused'],
    ['a cross-site fetch', { host, 'sec-fetch-site': 'cross-site' }, 'cross_site_refused'],
    ['a page on another port of this machine', { host, 'sec-fetch-site': 'same-site' }, 'cross_site_refused'],
    ['a name that resolves here (DNS rebinding)', { host: 'evil.example:4711' }, 'host_refused'],
    ['a name that only begins like ours', { host: 'localhost.evil.example:4711' }, 'host_refused'],
    ['a name that only ends like ours', { host: 'evil-localhost:4711' }, 'host_refused'],
    ['another port', { host: '127.0.0.1:80' }, 'host_refused'],
    ['no host at all', {}, 'host_refused'],
  ])('refuses %s', (_who, headers, code) => {
    expect(guard(headers)).toMatchObject({ status: 403, code });
  });
});

describe('the guard of the API', () => {
  it('allows origins, because CORS is the business of the API', () => {
    expect(foreignHostGuard(4711)({ host, origin: 'https://shop.example' })).toBeUndefined();
  });

  it('refuses a foreign host', () => {
    expect(foreignHostGuard(4711)({ host: 'evil.example' })).toMatchObject({ code: 'host_refused' });
  });
});
