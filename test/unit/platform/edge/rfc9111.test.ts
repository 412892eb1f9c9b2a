import { describe, expect, it } from 'vitest';
import { Clock, edgeInFront } from './fixture.ts';

const path = '/products/kettle';

interface Case {
  readonly rule: string;
  readonly headers: Record<string, string | string[]>;
  readonly request?: Record<string, string>;
  readonly status?: number;
  /** Seconds between two reads, and the X-Cache mark of the second. */
  readonly later: readonly [number, string][];
}

const cases: readonly Case[] = [
  {
    rule: 'max-age: fresh until then',
    headers: { 'cache-control': 'max-age=5' },
    later: [
      [4, 'Hit'],
      [2, 'Miss'],
    ],
  },
  {
    rule: 'directives are case-insensitive',
    headers: { 'cache-control': 'Max-Age=5' },
    later: [
      [4, 'Hit'],
      [2, 'Miss'],
    ],
  },
  {
    rule: 's-maxage overrides max-age',
    headers: { 'cache-control': 'max-age=0, s-maxage=5' },
    later: [[4, 'Hit']],
  },
  { rule: 'max-age=0: never fresh', headers: { 'cache-control': 'max-age=0' }, later: [[0, 'Miss']] },
  { rule: 'no-store', headers: { 'cache-control': 'no-store, max-age=5' }, later: [[0, 'Miss']] },
  { rule: 'NO-STORE', headers: { 'cache-control': 'NO-STORE' }, later: [[0, 'Miss']] },
  { rule: 'private', headers: { 'cache-control': 'private, max-age=5' }, later: [[0, 'Miss']] },
  { rule: 'private with fields', headers: { 'cache-control': 'private="x, y", max-age=5' }, later: [[0, 'Miss']] },
  { rule: 'no-cache', headers: { 'cache-control': 'no-cache, max-age=5' }, later: [[0, 'Miss']] },
  {
    rule: 'must-revalidate: fresh until max-age',
    headers: { 'cache-control': 'max-age=5, must-revalidate' },
    later: [
      [4, 'Hit'],
      [2, 'Miss'],
    ],
  },
  {
    rule: 'must-revalidate: never stale',
    headers: { 'cache-control': 'max-age=5, must-revalidate, stale-while-revalidate=60' },
    later: [[6, 'Miss']],
  },
  {
    rule: 'proxy-revalidate: never stale',
    headers: { 'cache-control': 'max-age=5, proxy-revalidate, stale-while-revalidate=60' },
    later: [[6, 'Miss']],
  },
  {
    rule: "no directive: the policy's default",
    headers: {},
    later: [
      [4, 'Hit'],
      [2, 'Miss'],
    ],
  },
  {
    rule: "the policy's maximum",
    headers: { 'cache-control': 'max-age=9999' },
    later: [
      [29, 'Hit'],
      [2, 'Miss'],
    ],
  },
  {
    rule: 'no heuristics beyond the default',
    headers: { 'last-modified': 'Thu, 01 Jan 2015 00:00:00 GMT' },
    later: [[6, 'Miss']],
  },
  {
    rule: 'Expires',
    headers: { date: 'Thu, 01 Jan 2026 00:00:00 GMT', expires: 'Thu, 01 Jan 2026 00:00:05 GMT' },
    later: [
      [4, 'Hit'],
      [2, 'Miss'],
    ],
  },
  { rule: 'an invalid Expires has passed', headers: { expires: '0' }, later: [[0, 'Miss']] },
  { rule: 'max-age overrides Expires', headers: { expires: '0', 'cache-control': 'max-age=5' }, later: [[4, 'Hit']] },
  {
    rule: 'the Age of upstream caches counts',
    headers: { 'cache-control': 'max-age=5', age: '3' },
    later: [
      [1, 'Hit'],
      [2, 'Miss'],
    ],
  },
  {
    rule: 'an old Date counts',
    headers: { 'cache-control': 'max-age=5', date: 'Wed, 31 Dec 2025 23:59:57 GMT' },
    later: [
      [1, 'Hit'],
      [2, 'Miss'],
    ],
  },
  { rule: 'Set-Cookie', headers: { 'cache-control': 'max-age=5', 'set-cookie': ['a=1'] }, later: [[0, 'Miss']] },
  {
    rule: 'Set-Cookie, public',
    headers: { 'cache-control': 'public, max-age=5', 'set-cookie': ['a=1'] },
    later: [[0, 'Hit']],
  },
  {
    rule: 'Authorization',
    headers: { 'cache-control': 'max-age=5' },
    request: { authorization: 'Bearer a' },
    later: [[0, 'Miss']],
  },
  {
    rule: 'Authorization, public',
    headers: { 'cache-control': 'public, max-age=5' },
    request: { authorization: 'Bearer a' },
    later: [[0, 'Hit']],
  },
  {
    rule: 'Authorization, s-maxage',
    headers: { 'cache-control': 's-maxage=5' },
    request: { authorization: 'Bearer a' },
    later: [[0, 'Hit']],
  },
  { rule: 'Vary: *', headers: { 'cache-control': 'max-age=5', vary: '*' }, later: [[0, 'Miss']] },
  {
    rule: 'Vary outside the key, same request header',
    headers: { 'cache-control': 'max-age=5', vary: 'X-Theme' },
    request: { 'x-theme': 'dark' },
    later: [[0, 'Hit']],
  },
  {
    rule: 'Vary: Accept-Encoding',
    headers: { 'cache-control': 'max-age=5', vary: 'accept-encoding' },
    later: [[0, 'Hit']],
  },
  {
    rule: 'the viewer cannot force a miss',
    headers: { 'cache-control': 'max-age=5' },
    request: { 'cache-control': 'no-cache', pragma: 'no-cache' },
    later: [[0, 'Hit']],
  },
  {
    rule: 'an encoded body',
    headers: { 'cache-control': 'max-age=5', 'content-encoding': 'gzip' },
    later: [[0, 'Miss']],
  },
  {
    rule: 'stale-while-revalidate',
    headers: { 'cache-control': 'max-age=5, stale-while-revalidate=10' },
    later: [
      [6, 'Stale'],
      [1, 'Hit'],
    ],
  },
  {
    rule: 'stale-while-revalidate ends',
    headers: { 'cache-control': 'max-age=5, stale-while-revalidate=10' },
    later: [[16, 'Miss']],
  },
  {
    rule: '404 with a lifetime',
    headers: { 'cache-control': 'max-age=5' },
    status: 404,
    later: [
      [4, 'Hit'],
      [2, 'Miss'],
    ],
  },
  { rule: '404 without a lifetime', headers: {}, status: 404, later: [[0, 'Miss']] },
  { rule: '500', headers: { 'cache-control': 'max-age=5' }, status: 500, later: [[0, 'Miss']] },
  {
    rule: '302 with a lifetime',
    headers: { 'cache-control': 'max-age=5', location: '/' },
    status: 302,
    later: [[0, 'Hit']],
  },
];

describe('RFC 9111: stores and serves only what it may', () => {
  it.each(cases)('$rule', async ({ headers, request = {}, status = 200, later }) => {
    const { ask, clock } = await edgeInFront({ answer: () => ({ status, headers, body: 'hello' }) });
    expect((await ask(path, { headers: request })).mark).toBe('Miss');
    for (const [seconds, mark] of later) {
      clock.pass(seconds);
      expect(await ask(path, { headers: request })).toMatchObject({ mark, status, text: 'hello' });
    }
  });

  it('reports the age of a cached response', async () => {
    const { ask, clock } = await edgeInFront();
    expect((await ask(path)).headers.age).toBeUndefined();
    clock.pass(3.9);
    expect((await ask(path)).headers.age).toBe('3');
  });

  it('counts the response time as age', async () => {
    const clock = new Clock();
    const { ask } = await edgeInFront({
      clock,
      answer: () => {
        clock.pass(2);
        return { headers: { 'cache-control': 'max-age=5' } };
      },
    });
    await ask(path);
    clock.pass(2);
    expect(await ask(path)).toMatchObject({ mark: 'Hit', headers: { age: '4' } });
    clock.pass(1);
    expect((await ask(path)).mark).toBe('Miss');
  });
});
