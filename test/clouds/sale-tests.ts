import { expect, test } from 'vitest';
import { routes } from '../../functions/contracts/routes.ts';
import type { CallCounts } from '../../scripts/platform/gateway/counters.ts';
import { ShopClient } from '../../scripts/sale/client.ts';
import { reportOf } from '../../scripts/sale/report.ts';
import { runSale } from '../../scripts/sale/sale.ts';
import { seed } from '../../scripts/sale/seed.ts';
import type { SaleSystem } from '../../scripts/sale/system.ts';
import { type OutagePlatform, surviveOutage } from './partner-outage.ts';

export interface SalePlatform extends OutagePlatform {
  memoryMb(): { readonly peak: number };
  calls?(): CallCounts;
}

/** Tests that every cloud's local platform must pass. */
export function saleTests(started: () => { readonly platform: SalePlatform; readonly system: SaleSystem }): void {
  test.each(routes)('$method $path reaches its function', async ({ method, path, access }) => {
    const shop = new ShopClient(started().platform.apiUrl);
    const { status, headers } = await shop.once({ method, path: path.replace(/\{\w+\}/g, 'nothing') });
    expect(status).toBe(access === 'public' ? (path.includes('{') ? 404 : 200) : 401);
    // Answers of the host or the framework itself carry no trace id.
    expect(headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
  });

  test('holds every invariant in a sale of 150 orders with faults', async () => {
    const { platform, system } = started();
    const sale = await runSale(system, { orders: 150, seed: 1, concurrency: 16, browse: 0 });
    const report = reportOf(sale, platform.calls?.() ?? {}, platform.memoryMb().peak);
    expect(report.failures, report.text).toEqual([]);
    expect(sale.placing.repeated['in parallel'] + sale.placing.repeated.later).toBeGreaterThan(10);
    expect(sale.snapshot.orders.filter(({ state }) => state === 'FULFILLED').length).toBeGreaterThan(50);
    expect(sale.partner?.calls.failed).toBeGreaterThan(0);
  }, 180_000);

  test('keeps orders waiting while the partner is down, and neither loses nor gives up any', async () => {
    const { platform, system } = started();
    await surviveOutage(platform, system);
  }, 180_000);

  test('sells the last unit to exactly one of 50 parallel orders', async () => {
    const { platform, system } = started();
    const [shop, sku] = [new ShopClient(platform.apiUrl), 'last-unit'];
    const product = { sku, name: 'Last unit', unitPrice: 100, currency: 'EUR', peakOrdersPerSecond: 400 } as const;
    await seed(platform, [{ ...product, units: 1 }]);
    const place = async (_: unknown, index: number) => {
      const token = await platform.issuer.token({ customer: `customer-${index}` });
      return shop.placeOrder(token, `last-unit-${index}`, { sku, quantity: 1 });
    };
    const answers = await Promise.all(Array.from({ length: 50 }, place));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const { snapshot } = await system.untilQuiet(2, { withinMs: 120_000 });
    const states = snapshot.orders.filter((order) => order.sku === sku).map(({ state }) => state);
    expect(states.filter((state) => state === 'FULFILLED')).toHaveLength(1);
    expect(states.filter((state) => state === 'REJECTED')).toHaveLength(49);
  }, 180_000);
}
