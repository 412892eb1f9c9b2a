import { describe, expect, it } from 'vitest';
import { ageOf, readAnswer, retryAfter } from '../../../storefront/src/api/answer.ts';

describe('an answer', () => {
  it.each([
    ['JSON of the API', 422, '{"code":"UNKNOWN_PRODUCT"}', 'UNKNOWN_PRODUCT', false],
    ['a code of a gateway', 401, '{"message":"Unauthorized"}', 'UNAUTHENTICATED', false],
    ['a page of a CDN', 502, '<h1>502</h1>', 'UNAVAILABLE', true],
    ['a code that is a property of every object', 503, '{"code":"toString"}', 'TRY_AGAIN', true],
    ['too many', 429, '', 'TOO_MANY_REQUESTS', true],
    ['a page where JSON should be', 200, '<h1>hello</h1>', 'UNEXPECTED', false],
  ])('%s becomes a sentence', async (_what, status, body, code, again) => {
    const answer = await readAnswer(new Response(body, { status }), 0);
    expect(answer).toMatchObject({ ok: false, failure: { code, again, sentence: expect.stringMatching(/\.$/) } });
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
  ])('Retry-After %j is %j ms', (header, ms) => {
    expect(retryAfter(header, 1_000)).toBe(ms);
  });

  it.each([
    ['of the caches', { age: '4' }, {}, 4_000],
    ['of the reading', { date: 'Thu, 01 Jan 1970 00:00:05 GMT' }, { asOf: '1970-01-01T00:00:03Z' }, 2_000],
    ['of nothing', {}, {}, 0],
    ['of nonsense', { age: 'x', date: 'y' }, { asOf: 'z' }, 0],
  ])('has the age %s', (_what, headers, body, ms) => {
    expect(ageOf(new Headers(headers as Record<string, string>), body)).toBe(ms);
  });
});
