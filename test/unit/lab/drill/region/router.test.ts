import { describe, expect, it } from 'vitest';
import { type Place, Router } from '../../../../../scripts/lab/drill/region/router.ts';

const places: readonly Place[] = [
  { region: 'eu-west-1', url: 'http://one', weight: 1 },
  { region: 'eu-central-1', url: 'http://two', weight: 2 },
];

function routerOf() {
  const down = new Set<string>();
  const checks = { intervalMs: 10_000, threshold: 2, timeoutMs: 4_000 };
  const router = new Router(places, checks, async ({ region }) => !down.has(region));
  const customers = Array.from({ length: 200 }, (_, index) => `customer-${index}`);
  const regionsOf = () => customers.map((customer) => router.route(customer).region);
  return { router, down, customers, regionsOf };
}

describe('the router of the region drill', () => {
  it('sends each customer to the same region every time, and shares them by weight', () => {
    const { regionsOf } = routerOf();
    const first = regionsOf();
    expect(regionsOf()).toEqual(first);
    const near = first.filter((one) => one === 'eu-west-1').length;
    expect(near).toBeGreaterThan(45);
    expect(near).toBeLessThan(90);
  });

  it('moves customers after two failures in a row, and not after one', async () => {
    const { router, down, regionsOf } = routerOf();
    const first = regionsOf();
    down.add('eu-west-1');
    await router.check();
    expect(regionsOf()).toEqual(first);
    await router.check();
    expect(new Set(regionsOf())).toEqual(new Set(['eu-central-1']));
    expect(router.changes).toMatchObject([{ region: 'eu-west-1', healthy: false }]);
  });

  it('forgets a failure after a success', async () => {
    const { router, down, regionsOf } = routerOf();
    const first = regionsOf();
    for (let round = 0; round < 4; round++) {
      down.add('eu-west-1');
      await router.check();
      down.clear();
      await router.check();
    }
    expect(regionsOf()).toEqual(first);
  });

  it('brings customers back after two successes in a row', async () => {
    const { router, down, regionsOf } = routerOf();
    const first = regionsOf();
    down.add('eu-west-1');
    await router.check();
    await router.check();
    down.clear();
    await router.check();
    expect(new Set(regionsOf()).size).toBe(1);
    await router.check();
    expect(regionsOf()).toEqual(first);
  });

  it('goes on using all regions when none is healthy', async () => {
    const { router, down, regionsOf } = routerOf();
    const first = regionsOf();
    for (const { region } of places) down.add(region);
    await router.check();
    await router.check();
    expect(regionsOf()).toEqual(first);
  });
});
