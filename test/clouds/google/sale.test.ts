import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventPath } from '../../../functions/adapters/google/keys.ts';
import { queries } from '../../../functions/adapters/google/queries.ts';
import { type GooglePlatform, startGooglePlatform } from '../../../scripts/clouds/google/platform.ts';
import { pushToken } from '../../../scripts/clouds/google/push.ts';
import { saleSystem } from '../../../scripts/clouds/google/system.ts';
import { topics } from '../../../scripts/clouds/google/topology.ts';
import { startIssuer } from '../../../scripts/platform/identity/issuer.ts';
import { timers } from '../../../stacks/model/clouds/google-topology.ts';
import { recoverLostOrders, stuckMs } from '../lost-requests.ts';
import { saleTests } from '../sale-tests.ts';

let platform: GooglePlatform;
const crashes: string[] = [];

beforeAll(async () => {
  platform = await startGooglePlatform({ stuckMs, onProgress: () => {}, onCrash: (text) => crashes.push(text) });
});

afterAll(async () => {
  await platform.stop();
  expect(crashes).toEqual([]);
});

saleTests(() => ({ platform, system: saleSystem(platform) }));

test.each(['settlement', 'projection', 'fulfilment', 'relay', 'postponed', 'sweeper'] as const)(
  '%s rejects every caller but the pusher',
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
    // A valid token gets as far as the body, which a timer's function does not read.
    expect(await call(`Bearer ${await pushToken(issuer)}`)).toBe(worker in timers ? 204 : 400);
  },
);

test('recovers orders whose request was lost, and fulfils each once', async () => {
  const { db } = platform;
  const [{ orderStore }, { openOrders }] = await Promise.all([
    import('../../../functions/adapters/google/orders.ts'),
    import('../../../functions/adapters/google/open-orders.ts'),
  ]);
  await recoverLostOrders(platform, saleSystem(platform), {
    orders: orderStore(db),
    open: openOrders(db),
    async takeFulfilments() {
      const { docs } = await db.collection(queries.postponed.collection).get();
      await Promise.all(docs.map((document) => document.ref.delete()));
      return docs.length > 0;
    },
  });
}, 180_000);

test('relays an event that its writer did not hand over', async () => {
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

test('dead-letters a body that no worker can read, and blocks nothing', async () => {
  const before = await saleSystem(platform).untilQuiet(2, { withinMs: 60_000 });
  await platform.publish(topics.EVENT_TOPIC, '{"v":1,"type":"Nothing"}');
  const after = await saleSystem(platform).untilQuiet(before.snapshot.deadLetters.length + 1, { withinMs: 60_000 });
  const letter = { step: 'projection', body: '{"v":1,"type":"Nothing"}', noted: 'MALFORMED_EVENT' };
  expect(after.snapshot.deadLetters).toContainEqual(letter);
}, 60_000);
