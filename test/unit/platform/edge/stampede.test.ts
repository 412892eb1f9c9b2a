import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { deferred } from '../stub.ts';
import { type Answer, Clock, edgeInFront } from './fixture.ts';

const path = '/products/kettle';
const simultaneous = 500;

describe('a stampede', () => {
  it('of 500 simultaneous misses of one key makes one call to the origin', async () => {
    const gate = deferred();
    const { ask, asked, edge } = await edgeInFront({
      answer: async () => {
        await gate.promise;
        return { headers: { 'cache-control': 'public, max-age=5' }, body: 'one' };
      },
    });
    const answers = Array.from({ length: simultaneous }, (_, i) => ask(`${path}?utm=${i}`));
    await expect.poll(() => edge.stats()['/products*']?.requests, { timeout: 10_000 }).toBe(simultaneous);
    gate.resolve();
    const texts = (await Promise.all(answers)).map(({ text }) => text);
    expect(texts).toEqual(Array(simultaneous).fill('one'));
    expect(asked).toHaveLength(1);
    expect(edge.stats()['/products*']).toMatchObject({ misses: 1, collapsed: simultaneous - 1, originCalls: 1 });
  });

  it("does not get another viewer's private response", async () => {
    const gate = deferred();
    const { ask, edge } = await edgeInFront({
      answer: async ({ headers }) => {
        await gate.promise;
        return { headers: { 'cache-control': 'private' }, body: `for ${headers.authorization}` };
      },
    });
    const answers = Array.from({ length: 20 }, (_, i) => ask(path, { headers: { authorization: `${i}` } }));
    await expect.poll(() => edge.stats()['/products*']?.requests).toBe(20);
    gate.resolve();
    expect((await Promise.all(answers)).map(({ text }) => text)).toEqual(
      Array.from({ length: 20 }, (_, i) => `for ${i}`),
    );
  });

  it('makes one call to a failing origin too', async () => {
    const gate = deferred();
    const { ask, asked, edge } = await edgeInFront({
      answer: async () => {
        await gate.promise;
        throw new Error('connect ECONNREFUSED');
      },
    });
    const answers = Array.from({ length: 50 }, () => ask(path));
    await expect.poll(() => edge.stats()['/products*']?.requests).toBe(50);
    gate.resolve();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(50).fill(502));
    expect(asked).toHaveLength(1);
  });
});

describe('10,000 reads at 200 in parallel during a price change', () => {
  const reads = 10_000;
  const parallel = 200;
  const [ttl, grace] = [5, 10];

  it('makes one call per key and TTL and one for the invalidation, and serves nothing older than TTL plus grace', async () => {
    const clock = new Clock();
    const begun = clock.ms;
    let price = 100;
    let invalidated = 0;
    const { ask, asked, edge } = await edgeInFront({
      clock,
      answer: async () => {
        // The response reflects the time of the request, and takes a while to arrive.
        const body = JSON.stringify({ price, readAt: clock.ms });
        await sleep(2);
        return { headers: { 'cache-control': `public, s-maxage=${ttl}, stale-while-revalidate=${grace}` }, body };
      },
    });
    const ages: number[] = [];
    const note = ({ status, text }: Answer, askedAt: number, known: number) => {
      const seen = JSON.parse(text) as { price: number; readAt: number };
      expect(status).toBe(200);
      // After the invalidation, the old price is an inexcusably stale answer.
      if (invalidated > 0 && askedAt >= invalidated && known === 2) expect(seen.price).toBe(200);
      ages.push((askedAt - seen.readAt) / 1_000);
    };
    let sent = 0;
    let phase = 1;
    const viewer = async () => {
      while (sent < reads) {
        const mine = ++sent;
        // 10,000 reads are 100 s of the clock: 10 ms each.
        clock.pass(0.01);
        if (mine === reads / 2) {
          price = 200;
          edge.invalidate([path]);
          [invalidated, phase] = [clock.ms, 2];
        }
        const [askedAt, known] = [clock.ms, phase];
        note(await ask(path), askedAt, known);
      }
    };
    await Promise.all(Array.from({ length: parallel }, viewer));
    const seconds = (clock.ms - begun) / 1_000;
    expect(ages).toHaveLength(reads);
    expect(Math.max(...ages)).toBeLessThanOrEqual(ttl + grace);
    expect(asked.length).toBeLessThanOrEqual(Math.ceil(seconds / ttl) + 1);
    expect(asked.length).toBeGreaterThan(seconds / (ttl + grace));
  }, 60_000);
});
