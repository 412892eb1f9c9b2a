import { setTimeout as sleep } from 'node:timers/promises';
import type { Regions } from '../../../platform/regions/regions.ts';
import type { RegionSnapshot } from '../../../sale/check/region-checks.ts';
import type { DrillOptions, DrillResult } from '../drill.ts';
import { readAtSurvivor, tryForeign } from './at-survivor.ts';
import { watchBacklog } from './backlog.ts';
import { openCustomers } from './customers.ts';
import { openRegionSale, type RegionSale } from './load.ts';
import { askForRegions } from './regions-command.ts';
import { buildResult } from './result.ts';
import { Router } from './router.ts';
import type { CutSeen, LossSeen, Scene } from './scene.ts';
import {
  findDifferences,
  type Region,
  readQuiet,
  readReplica,
  readStock,
  readUnreachable,
  toRegions,
  withOwnBook,
} from './stores.ts';

/** 5,000 orders with the default length. */
const ordersPerSecond = 50 / 3;
/** Starts the workers of both regions; without it, no units would be lent before the cut. */
const warmUpOrders = 24;
/** Share of the orders in the part with the cut, which ends with a quiet system. The rest is the part with the loss. */
const firstShare = 0.6;
/** Share of the sale's length. */
const cutShare = 0.2;

/** The network between two regions is cut for a fifth of the sale; later the home region is lost for good. */
export async function region(regions: Regions, { seconds, say }: DrillOptions): Promise<DrillResult> {
  const [home, other] = toRegions(regions.platforms);
  if (!home || !other) throw new Error('the drill needs two regions');
  const router = new Router(
    [home, other].map(({ platform, isHome }) => ({
      region: platform.region,
      url: platform.apiUrl,
      // The supply is at home but most customers are not, so the other region has to borrow often.
      weight: isHome ? 1 : 2,
    })),
  );
  const customers = openCustomers(home.platform.issuer, router);
  const orders = Math.round(seconds * ordersPerSecond);
  const backlog = watchBacklog(regions.platforms);
  const sale = await openRegionSale(home.platform, { orders, rate: ordersPerSecond, backlog });
  await regions.replicated();
  const scene = { regions, home, other, router, customers, sale, say };
  router.start();
  try {
    say('warming up');
    await sale.place(warmUpOrders, customers);
    await Promise.all([readQuiet(home), readQuiet(other)]);
    const first = Math.round(orders * firstShare);
    const cut = await playCut(scene, first, seconds * cutShare);
    const loss = await playLoss(scene, orders - first);
    return buildResult({ ...scene, seconds, orders, cut, loss });
  } finally {
    router.stop();
    backlog.stop();
  }
}

async function playCut(scene: Scene, orders: number, seconds: number): Promise<CutSeen> {
  const { regions, home, other, customers, sale, say } = scene;
  const times = { cutAt: 0, healedAt: 0 };
  let stock: CutSeen['stock'] = [];
  let unanswered = 0;
  const cut = async () => {
    times.cutAt = Date.now();
    regions.cut();
    say('the network between the regions is cut');
    await sleep(seconds * 1_000);
    stock = await Promise.all([home, other].map(readStock));
    unanswered = regions.network.unanswered;
    regions.heal();
    times.healedAt = Date.now();
    say(`the network is restored after ${((times.healedAt - times.cutAt) / 1_000).toFixed(0)} s`);
  };
  await sale.place(orders, customers, [{ share: 1 / 3, act: cut }]);
  say('waiting until both regions are quiet');
  const read = [await readQuiet(home), await readQuiet(other)] as const;
  await regions.replicated();
  const replicas = [await readReplica(other, home), await readReplica(home, other)] as const;
  const idsOf = ({ snapshot }: RegionSnapshot) => new Set(snapshot.orders.map(({ orderId }) => orderId));
  return {
    ...{ ...times, stock, unanswered, visits: [...customers.visits] },
    after: [withOwnBook(read[0], idsOf(read[1])), withOwnBook(read[1], idsOf(read[0]))],
    differences: read.flatMap(({ region: name, snapshot }, place) =>
      findDifferences(snapshot, replicas[place] ?? snapshot, name),
    ),
    foreign: [await tryForeign(scene, home), await tryForeign(scene, other)],
    operator: await askForRegions(home.platform),
    unreachable: await Promise.all([home, other].map(readUnreachable)),
    told: await Promise.all([home, other].map((one) => unitsTold(one, sale))),
  };
}

async function unitsTold({ platform }: Region, { skus }: RegionSale): Promise<number> {
  const reserved = skus.map(async (sku) => {
    const answer = await fetch(`${platform.apiUrl}/products/${sku}/stock`);
    return ((await answer.json()) as { reserved: number }).reserved;
  });
  return (await Promise.all(reserved)).reduce((sum, units) => sum + units, 0);
}

/** Orders accepted this shortly before the loss are placed again with the same key, as after a page reload. */
const reloadMs = 5_000;

/** Waits until the router has left the lost region. Every second customer reloads; the other orders are not retried. */
async function reload({ home, router, customers, say }: Scene, lostAt: number): Promise<void> {
  const lost = home.platform.region;
  while (!router.changes.some(({ region, healthy }) => region === lost && !healthy)) await sleep(100);
  say(`no more customers are sent to ${lost} after ${((Date.now() - lostAt) / 1_000).toFixed(1)} s`);
  const late = customers.visits.filter(
    ({ region, status, answeredAt = 0 }) => region === lost && status === 202 && answeredAt >= lostAt - reloadMs,
  );
  const reloading = late.filter((_, index) => index % 2 === 0);
  const orderAgain = ({ customer, key, sku, quantity }: (typeof late)[number]) =>
    customers.order({ customer, key, sku, quantity }, Date.now());
  await Promise.all(reloading.map(orderAgain));
}

async function playLoss(scene: Scene, orders: number): Promise<LossSeen> {
  const { regions, home, other, customers, sale, say } = scene;
  const lost = home.platform.region;
  let lostAt = 0;
  let unsent = 0;
  let again: Promise<unknown> = Promise.resolve();
  const lose = async () => {
    lostAt = Date.now();
    ({ unsent } = await regions.lose(lost));
    say(`${lost} is lost`);
    again = reload(scene, lostAt);
  };
  await sale.place(orders, customers, [{ share: 1 / 3, act: lose }]);
  await again;
  say(`waiting until ${other.platform.region} is quiet`);
  const read = await readQuiet(other);
  const replica = await readReplica(other, home);
  const elsewhere = customers.visits.filter(({ home: one }) => one === lost).map(({ orderId = '' }) => orderId);
  const known = new Set([...replica.orders.map(({ orderId }) => orderId), ...elsewhere]);
  const answers = await readAtSurvivor(scene, replica.orders);
  const foreign = await tryForeign(scene, other);
  const operator = await askForRegions(other.platform);
  const { conflicting } = home.platform.partner.calls();
  const book = read.snapshot.book ?? [];
  return { lostAt, unsent, survivor: withOwnBook(read, known), replica, book, conflicting, answers, foreign, operator };
}
