import { describe, expect, it } from 'vitest';
import { findUrlFault, isLocalStage } from '../../../functions/contracts/partner-url.ts';

describe('the partner of a deployable stage', () => {
  it.each([
    'https://partner.example.com',
    'https://partner.example.com/v1',
    'https://partner.example.com:8443/v1/fulfil',
    'https://xn--mnchen-3ya.example',
    'https://10.example.com',
  ])('may be %s', (url) => {
    expect(findUrlFault(url, 'prod')).toBeUndefined();
  });

  it.each([
    ['http://partner.example.com', /unencrypted/],
    ['HTTP://partner.example.com', /plain form/],
    ['ftp://partner.example.com', /begins with https/],
    ['partner.example.com', /begins with https/],
    ['//partner.example.com', /begins with https/],
    ['javascript:alert(1)', /begins with https/],
    ['', /begins with https/],
    ['https://user@partner.example.com', /user or password/],
    ['https://user:password@partner.example.com', /user or password/],
    ['https://partner.example.com@evil.example', /user or password/],
    ['https://partner.example.com/#a', /query or fragment/],
    ['https://partner.example.com#', /query or fragment/],
    ['https://partner.example.com?key=1', /query or fragment/],
    ['https://partner.example.com?', /query or fragment/],
    ['https://partner.example.com/', /plain form/],
    ['https://partner.example.com/v1/', /plain form/],
    ['https://partner.example.com:443', /plain form/],
    ['https://PARTNER.example.com', /plain form/],
    [' https://partner.example.com', /plain form/],
    ['https://partner.example.com/v1/../v2', /plain form/],
    ['https:\\\\partner.example.com', /plain form/],
    ['https://127.0.0.1', /IP address/],
    ['https://93.184.216.34/v1', /IP address/],
    ['https://2130706433', /plain form/],
    ['https://0x7f.1', /plain form/],
    ['https://[::1]', /IP address/],
    ['https://[2606:2800:220:1::1]', /IP address/],
    ['https://169.254.169.254', /IP address/],
    ['https://localhost', /public host name/],
    ['https://localhost.', /public host name/],
    ['https://a.localhost', /public host name/],
    ['https://partner', /public host name/],
    ['https://metadata.google.internal', /public host name/],
    ['https://printer.local', /public host name/],
    ['https://nas.lan', /public host name/],
    ['https://nas.home.arpa', /public host name/],
  ])('may not be %s', (url, fault) => {
    for (const stage of ['dev', 'staging', 'prod', 'mylocal', 'locality'])
      expect(findUrlFault(url, stage)).toMatch(fault);
  });
});

describe('the partner of a local stage', () => {
  it.each(['http://127.0.0.1:41234', 'http://partner.invalid', 'https://localhost:8443'])('may be %s', (url) => {
    for (const stage of ['local', 'local-url']) expect(findUrlFault(url, stage)).toBeUndefined();
  });

  it.each(['ftp://127.0.0.1', 'http://user@127.0.0.1', 'http://127.0.0.1/#a', 'http://127.0.0.1/'])(
    'may not be %s',
    (url) => {
      expect(findUrlFault(url, 'local')).toBeDefined();
    },
  );

  it('is that of a stage named local, alone or with a suffix', () => {
    expect(['local', 'local-url', 'locality', 'qa-local', ''].map(isLocalStage)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
