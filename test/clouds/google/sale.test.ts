import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventPath } from '../../../functions/adapters/google/keys.ts';
import { queries } from '../../../functions/adapters/google/queries.ts';
import { routes } from '../../../functions/contracts/routes.ts';
import { type GooglePlatform, startGooglePlatform } from '../../../scripts/clouds/google/platform.ts';
import { pushToken } from '../../../scripts/clouds/google/push.ts';
import { saleSystem } from '../../../scripts/clouds/google/system.ts';
import { topics } from '../../../scripts/clouds/google/topology.ts';
import { reportOf } from '../../../scripts/demo/report.ts';
import { runSale } from '../../../scripts/demo/sale.ts';
import { startIssuer } from '../../../scripts/local/issuer.ts';
import { seed } from '../../../scripts/local/seed.ts';
import { ShopClient } from '../../../scripts/shop/client.ts';
import { timers } from '../../../stacks/terraform/google/topology.ts';
import { findLostOrders, stuckMs } from '../lost-requests.ts';
import { sitOutOutage } from '../partner-outage.ts';

let platform: GooglePlatform;
let shop: ShopClient;
const crashes: string[] = [];

beforeAll(async () => {
  platform = await startGooglePlatform({ stuckMs, onProgress: () => {}, onCrash: (text) => crashes.push(text) });
  shop = new ShopClient(platform.apiUrl);
});

afterAll(async () => {
  await platform.stop();
  expect(crashes).toEqual([]);
});

test.each(routes)('$method $path reaches its function', async ({ method, path, access }) => {
  const { status, headers } = await shop.once({ method, path: path.replace(/\{\w+\}/g, 'nothing') });
  expect(status).toBe(access === 'public' ? (path.includes('{') ? 404 : 200) : 401);
  // What the framework answers by itself has none.
  expect(headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
});

test.each(['settlement', 'projection', 'fulfilment', 'relay', 'postponed', 'sweeper'] as const)(
  '%s works for nobody but the pusher',
  async (worker) => {
    const call = async (authorization: string | undefined) => {
      const headers = { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) };
      return (await fetch(platform.urls[worker], { method: 'POST', headers, body: '{}' })).status;
    };
    const stranger = await startIssuer();
    const { issuer } = platform;
    const wrong = [
      undefined,
      'Bearer a.b.c',
      `Bearer ${await issuer.token({ customer: 'ada', admin: true })}`,
      `Bearer ${await pushToken(issuer, { email: 'somebody@else.iam.gserviceaccount.com' })}`,
      `Bearer ${await pushToken(issuer, { audience: 'another' })}`,
      `Bearer ${await pushToken(stranger)}`,
    ];
    for (const authorization of wrong) expect(await call(authorization)).toBe(403);
    await stranger.stop();
    // The right one gets as far as the body, which a timer's function does not read.
    expect(await call(`Bearer ${await pushToken(issuer)}`)).toBe(worker in timers ? 204 : 400);
  },
);

test('a sale of 150 orders with all that goes wrong in one: every invariant holds', async () => {
  const sale = await runSale(saleSystem(platform), { orders: 150, seed: 1, concurrency: 16, browse: 0 });
  const report = reportOf(sale, platform.calls(), platform.memoryMb().peak);
  expect(report.failures, report.text).toEqual([]);
  expect(sale.placing.repetitions).toBeGreaterThan(10);
  expect(sale.snapshot.orders.filter(({ state }) => state === 'FULFILLED').length).toBeGreaterThan(50);
  expect(sale.partner?.calls.failed).toBeGreaterThan(0);
}, 180_000);

test('orders wait for a partner that is away, and are neither lost nor given up', async () => {
  await sitOutOutage(platform, saleSystem(platform));
}, 180_000);

test('the sweeper finds orders whose request was lost, and they are fulfilled once', async () => {
  const { db } = platform;
  const [{ orderStore }, { openOrders }] = await Promise.all([
    import('../../../functions/adapters/google/orders.ts'),
    import('../../../functions/adapters/google/open-orders.ts'),
  ]);
  await findLostOrders(platform, saleSystem(platform), {
    orders: orderStore(db),
    open: openOrders(db),
    async takeFulfilments() {
      const { docs } = await db.collection(queries.postponed.collection).get();
      await Promise.all(docs.map((document) => document.ref.delete()));
      return docs.length > 0;
    },
  });
}, 180_000);

test('exactly one of 50 parallel orders gets the last unit', async () => {
  const sku = 'last-unit';
  const product = { sku, name: 'Last unit', unitPrice: 100, currency: 'EUR', peakOrdersPerSecond: 400 } as const;
  await seed(platform, [{ ...product, units: 1 }]);
  const place = async (_: unknown, index: number) => {
    const token = await platform.issuer.token({ customer: `customer-${index}` });
    return shop.placeOrder(token, `last-unit-${index}`, { sku, quantity: 1 });
  };
  const answers = await Promise.all(Array.from({ length: 50 }, place));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  const { snapshot } = await saleSystem(platform).untilQuiet(2, { withinMs: 120_000 });
  const states = snapshot.orders.filter((order) => order.sku === sku).map(({ state }) => state);
  expect(states.filter((state) => state === 'FULFILLED')).toHaveLength(1);
  expect(states.filter((state) => state === 'REJECTED')).toHaveLength(49);
}, 180_000);

test('an event that nobody handed on is handed on by the relay', async () => {
  const { snapshot } = await saleSystem(platform).untilQuiet(0, { withinMs: 60_000 });
  const event = snapshot.events[0];
  if (!event) throw new Error('the sale left no events');
  const { orderId, version } = event.order;
  const changedAt = new Date(Date.now() - 60_000).toISOString();
  await platform.db.doc(`counted/${orderId}`).delete();
  await platform.db.doc(eventPath(orderId, version)).update({ waiting: true, 'order.changedAt': changedAt });
  await expect
    .poll(async () => (await platform.db.doc(`counted/${orderId}`).get()).get('version'), { timeout: 30_000 })
    .toBe(version);
  expect((await platform.db.doc(eventPath(orderId, version)).get()).get('waiting')).toBe(false);
}, 60_000);

test('a body that no worker can read lies among the dead letters, and holds up nothing', async () => {
  const before = await saleSystem(platform).untilQuiet(2, { withinMs: 60_000 });
  await platform.publish(topics.EVENT_TOPIC, '{"v":1,"type":"Nothing"}');
  const after = await saleSystem(platform).untilQuiet(before.snapshot.deadLetters.length + 1, { withinMs: 60_000 });
  expect(after.snapshot.deadLetters).toContain('{"v":1,"type":"Nothing"}');
}, 60_000);
