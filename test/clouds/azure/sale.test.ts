import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queues } from '../../../functions/adapters/azure/resources.ts';
import { tableStore } from '../../../functions/adapters/azure/table-store.ts';
import { partitionPorts } from '../../../functions/adapters/partition/ports.ts';
import { routes } from '../../../functions/contracts/routes.ts';
import { type AzurePlatform, startAzurePlatform } from '../../../scripts/clouds/azure/platform.ts';
import { saleSystem } from '../../../scripts/clouds/azure/system.ts';
import { reportOf } from '../../../scripts/demo/report.ts';
import { runSale } from '../../../scripts/demo/sale.ts';
import { seed } from '../../../scripts/local/seed.ts';
import { ShopClient } from '../../../scripts/shop/client.ts';
import { findLostOrders, stuckMs } from '../lost-requests.ts';
import { sitOutOutage } from '../partner-outage.ts';

let platform: AzurePlatform;
let shop: ShopClient;
const crashes: string[] = [];

beforeAll(async () => {
  platform = await startAzurePlatform({ stuckMs, onCrash: (text) => crashes.push(text) });
  shop = new ShopClient(platform.apiUrl);
});

afterAll(async () => {
  await platform.stop();
  expect(crashes).toEqual([]);
  for (const { pid } of platform.apps) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  for (const { logFile } of platform.apps) expect(existsSync(dirname(logFile))).toBe(false);
});

test.each(routes)('$method $path reaches its function', async ({ method, path, access }) => {
  const { status, headers } = await shop.once({ method, path: path.replace(/\{\w+\}/g, 'nothing') });
  expect(status).toBe(access === 'public' ? (path.includes('{') ? 404 : 200) : 401);
  // The host's own 404 has none.
  expect(headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
});

test('what is no route gets 404 from the host', async () => {
  expect(await shop.once({ method: 'GET', path: '/nothing' })).toMatchObject({ status: 404, body: undefined });
  expect(await shop.once({ method: 'PATCH', path: '/products' })).toMatchObject({ status: 404, body: undefined });
});

test('a sale of 150 orders with all that goes wrong in one: every invariant holds', async () => {
  const sale = await runSale(saleSystem(platform), { orders: 150, seed: 1, concurrency: 16, browse: 0 });
  const report = reportOf(sale, {}, platform.memoryMb().peak);
  expect(report.failures, report.text).toEqual([]);
  expect(sale.placing.repetitions).toBeGreaterThan(10);
  expect(sale.snapshot.orders.filter(({ state }) => state === 'FULFILLED').length).toBeGreaterThan(50);
  expect(sale.partner?.calls.failed).toBeGreaterThan(0);
}, 180_000);

test('orders wait for a partner that is away, and are neither lost nor given up', async () => {
  await sitOutOutage(platform, saleSystem(platform));
}, 180_000);

test('the sweeper finds orders whose request was lost, and they are fulfilled once', async () => {
  const fulfilments = platform.storage.queue(queues.fulfilments);
  await findLostOrders(platform, saleSystem(platform), {
    ...partitionPorts(tableStore(platform.storage.table)),
    async takeFulfilments() {
      const { approximateMessagesCount = 0 } = await fulfilments.getProperties();
      if (approximateMessagesCount === 0) return false;
      await fulfilments.clearMessages();
      return true;
    },
  });
}, 180_000);

test('exactly one of 50 parallel orders gets the last unit', async () => {
  const sku = 'last-unit';
  const product = {
    sku,
    name: 'Last unit',
    unitPrice: 100,
    currency: 'EUR',
    peakOrdersPerSecond: 400,
    units: 1,
  } as const;
  await seed(platform, [product]);
  const tokens = await Promise.all(
    Array.from({ length: 50 }, (_, index) => platform.issuer.token({ customer: `customer-${index}` })),
  );
  const answers = await Promise.all(
    tokens.map((token, index) => shop.placeOrder(token, `last-unit-${index}`, { sku, quantity: 1 })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  const { snapshot } = await saleSystem(platform).untilQuiet(2, { withinMs: 30_000 });
  const states = snapshot.orders.filter((order) => order.sku === sku).map(({ state }) => state);
  expect(states.filter((state) => state === 'FULFILLED')).toHaveLength(1);
  expect(states.filter((state) => state === 'REJECTED')).toHaveLength(49);
}, 180_000);
