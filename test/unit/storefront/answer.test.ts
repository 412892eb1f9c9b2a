import { describe, expect, it } from 'vitest';
import { parseAgeMs, parseRetryAfter, readAnswer } from '../../../storefront/src/api/answer.ts';

describe('an answer', () => {
  it.each([
    ['an API problem', 422, '{"code":"UNKNOWN_PRODUCT"}', 'UNKNOWN_PRODUCT', false],
    ['a gateway error', 401, '{"message":"Unauthorized"}', 'UNAUTHENTICATED', false],
    ['a CDN error page', 502, '<h1>502</h1>', 'UNAVAILABLE', true],
    ['a code named like an object property', 503, '{"code":"toString"}', 'TRY_AGAIN', true],
    ['throttling', 429, '', 'TOO_MANY_REQUESTS', true],
    ['HTML instead of JSON', 200, '<h1>hello</h1>', 'UNEXPECTED', false],
  ])('turns %s into a text', async (_what, status, body, code, again) => {
    const answer = await readAnswer(new Response(body, { status }), 0);
    expect(answer).toMatchObject({ ok: false, failure: { code, again, text: expect.stringMatching(/\.$/) } });
  });

  it.each([
    ['3', 3_000],
    ['0', 0],
    ['86400', 60_000],
    ['-1', 0],
    ['Thu, 01 Jan 1970 00:00:05 GMT', 4_000],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('parses Retry-After %j as %j ms', (header, ms) => {
    expect(parseRetryAfter(header, 1_000)).toBe(ms);
  });

  it.each([
    ['from caches', { age: '4' }, {}, 4_000],
    ['from asOf', { date: 'Thu, 01 Jan 1970 00:00:05 GMT' }, { asOf: '1970-01-01T00:00:03Z' }, 2_000],
    ['as 0 without headers', {}, {}, 0],
    ['as 0 for invalid values', { age: 'x', date: 'y' }, { asOf: 'z' }, 0],
  ])('computes its age %s', (_what, headers, body, ms) => {
    expect(parseAgeMs(new Headers(headers as Record<string, string>), body)).toBe(ms);
  });
});
