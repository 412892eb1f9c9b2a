import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ProductResource } from '../../functions/contracts/http.ts';
import { ageOf, boundOf } from '../../scripts/sale/answer-age.ts';
import { ShopClient } from '../../scripts/sale/client.ts';
import { adminToken, calls, eventually, freshProduct, lacking, platform, shop } from '../support/deployed.ts';

const reads = 10_000;
const parallel = 200;
/** Minimum duration of the reads, so that the product expires meanwhile. */
const spreadMs = 8_000;
const invalidatedWithinMs = 1_000;

interface Read {
  readonly status: number;
  readonly askedAtMs: number;
  readonly ageSeconds: number;
  readonly version: number;
}

const edge = new ShopClient(platform.edgeUrl);
const originCalls = async () => (await calls()).api?.getProduct ?? 0;
const invalidations = async () => Object.values((await calls()).cloudfront ?? {}).reduce((sum, n) => sum + n, 0);

async function readAll(path: string, onHalf: () => void): Promise<Read[]> {
  const answers: Read[] = [];
  const begun = performance.now();
  let next = 0;
  const viewer = async () => {
    while (next < reads) {
      const index = next++;
      await sleep(Math.max(0, begun + (index / reads) * spreadMs - performance.now()));
      if (index === reads / 2) onHalf();
      const askedAtMs = Date.now();
      const answer = await edge.once<ProductResource>({ method: 'GET', path });
      const ageSeconds = ageOf(answer, askedAtMs);
      answers.push({ status: answer.status, askedAtMs, ageSeconds, version: answer.body.version });
    }
  };
  await Promise.all(Array.from({ length: parallel }, viewer));
  return answers;
}

test('serves 10,000 reads during a price change with one origin call per TTL and invalidation, none too old', async (context) => {
  const why = lacking('cdn-answers') ?? lacking('calls-counted');
  if (why) return context.skip(why);
  const earlier = await invalidations();
  const sku = await freshProduct({ unitPrice: 1_999 });
  const path = `/products/${sku}`;
  const read = () => edge.once<ProductResource>({ method: 'GET', path });
  // The creation is invalidated shortly after it; only later answers stay cached.
  await eventually(async () => expect(await invalidations()).toBeGreaterThan(earlier));
  await eventually(async () => expect(Number((await read()).headers.get('age'))).toBeGreaterThanOrEqual(1));
  const { headers } = await read();
  const bound = boundOf(headers);
  const ttl = Number(/s-maxage=(\d+)/.exec(headers.get('cache-control') ?? '')?.[1]);
  const before = { calls: await originCalls(), invalidations: await invalidations() };

  let changedAtMs = Number.POSITIVE_INFINITY;
  const change = async () => {
    const body = { name: 'Lamp', unitPrice: 2_999, currency: 'EUR', peakOrdersPerSecond: 200 };
    const match = { 'if-match': String(headers.get('etag')) };
    const changed = await shop.call({ method: 'PUT', path, token: adminToken, body, headers: match });
    expect(changed.status).toBe(200);
    changedAtMs = Date.now();
  };
  const changing = Promise.withResolvers<void>();
  const begun = performance.now();
  const answers = await readAll(path, () => void change().then(changing.resolve, changing.reject));
  await changing.promise;
  const seconds = (performance.now() - begun) / 1_000;
  const asked = (await originCalls()) - before.calls;
  const invalidated = (await invalidations()) - before.invalidations;

  const oldest = answers.reduce((age, { ageSeconds }) => Math.max(age, ageSeconds), 0);
  const lastOld = answers.reduce((last, one) => Math.max(last, one.version === 1 ? one.askedAtMs : 0), 0) - changedAtMs;
  process.stdout.write(
    `${answers.length} reads in ${seconds.toFixed(1)} s: ${asked} origin calls, ${invalidated} invalidations, ` +
      `oldest ${oldest.toFixed(1)} s of ${bound}, the old price last ${lastOld} ms after the change\n`,
  );
  expect(answers).toHaveLength(reads);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(({ version }) => version))).toEqual(new Set([1, 2]));
  expect(oldest).toBeLessThanOrEqual(bound);
  expect(lastOld).toBeLessThanOrEqual(invalidatedWithinMs);
  expect(invalidated).toBe(1);
  expect(asked).toBeGreaterThanOrEqual(1 + invalidated);
  expect(asked).toBeLessThanOrEqual(Math.floor(seconds / ttl) + 1 + invalidated);
}, 120_000);
