import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { anyPage, hostCheck, ownPage, programsOnly } from '../../../scripts/platform/http/guard.ts';

const host = '127.0.0.1:4711';
const url = new URL(`http://${host}/`);

function requestWith(headers: Readonly<Record<string, string>>): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  Object.assign(request.headers, headers);
  for (const [name, value] of Object.entries(headers)) request.headersDistinct[name] = value.split('; ');
  return request;
}

describe('the check of the Host', () => {
  const check = hostCheck(4711);

  it.each(['127.0.0.1:4711', 'localhost:4711', 'LOCALHOST:4711', 'my-bucket.s3.localhost:4711'])(
    'allows %s',
    (name) => {
      expect(check(requestWith({ host: name }))).toBeUndefined();
    },
  );

  it.each([
    ['a name that resolves to this machine (DNS rebinding)', { host: 'evil.example:4711' }],
    ['a name that only starts with ours', { host: 'localhost.evil.example:4711' }],
    ['a name that only ends with ours', { host: 'evil-localhost:4711' }],
    ['another port', { host: '127.0.0.1:80' }],
    ['a missing host', {}],
    ['an empty host', { host: '' }],
    ['two hosts', { host: `${host}; evil.example` }],
  ])('rejects %s', (_who, headers) => {
    expect(check(requestWith(headers as Record<string, string>))).toMatchObject({ status: 403, code: 'host_refused' });
  });
});

describe('the guard for programs', () => {
  it.each([
    ['a program', {}],
    ['an address typed into a browser', { 'sec-fetch-site': 'none' }],
  ])('allows %s', (_who, headers) => {
    expect(programsOnly(requestWith({ host, ...headers }), url)).toBeUndefined();
  });

  it.each([
    ['a page of another origin', { origin: 'https://evil.example' }, 'origin_refused'],
    ['a page without an origin', { origin: 'null' }, 'origin_refused'],
    ['a page of its own origin', { origin: `http://${host}` }, 'origin_refused'],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }, 'cross_site_refused'],
    ['a page on another port of this machine', { 'sec-fetch-site': 'same-site' }, 'cross_site_refused'],
  ])('rejects %s', (_who, headers, code) => {
    expect(programsOnly(requestWith({ host, ...headers }), url)).toMatchObject({ status: 403, code });
  });
});

describe('the other guards', () => {
  it('ownPage allows the page of this listener alone', () => {
    expect(ownPage(requestWith({ host, origin: `http://${host}` }), url)).toBeUndefined();
    expect(ownPage(requestWith({ host, origin: 'http://127.0.0.1:1' }), url)).toMatchObject({ status: 403 });
  });

  it('anyPage allows every page, because the API handles CORS', () => {
    expect(anyPage(requestWith({ host, origin: 'https://shop.example' }), url)).toBeUndefined();
  });
});
