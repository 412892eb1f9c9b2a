import { setTimeout as sleep } from 'node:timers/promises';
import type { Regions } from '../../../platform/regions/regions.ts';
import type { DrillOptions, DrillResult } from '../drill.ts';
import { readAtSurvivor, tryForeign } from './at-survivor.ts';
import { watchBacklog } from './backlog.ts';
import { readBoth } from './both.ts';
import { openCustomers } from './customers.ts';
import { openDoor } from './door.ts';
import { openRegionSale } from './load.ts';
import { playOutage, reload } from './outage.ts';
import { askForRegions } from './regions-command.ts';
import { buildResult } from './result.ts';
import { Router } from './router.ts';
import type { CutSeen, LossSeen, Scene } from './scene.ts';
import { readQuiet, readReplica, readStock, readUnreachable, toRegions, withOwnBook } from './stores.ts';

/** 5,000 orders with the default length. */
const ordersPerSecond = 50 / 3;
/** Starts the workers of both regions; without it, no units would be lent before the cut. */
const warmUpOrders = 24;
/** Shares of the orders in the parts with the cut and the outage, which end quiet. The rest is the part with the loss. */
const partShares = { cut: 0.5, outage: 0.2 } as const;
/** Shares of the sale's length; an outage begins when the router has left the region. */
const lengthShares = { cut: 0.2, outage: 0.05 } as const;

/**
 * The network between two regions is cut for a fifth of the sale. Later one region cannot be reached and returns, and
 * at last the home region is lost for good.
 */
export async function region(regions: Regions, { seconds, say }: DrillOptions): Promise<DrillResult> {
  const [home, other] = toRegions(regions.platforms);
  if (!home || !other) throw new Error('the drill needs two regions');
  const door = await openDoor(other.platform.apiUrl);
  const router = new Router(
    [home, other].map(({ platform, isHome }) => ({
      region: platform.region,
      url: isHome ? platform.apiUrl : door.url,
      // The supply is at home but most customers are not, so the other region has to borrow often.
      weight: isHome ? 1 : 2,
    })),
  );
  const customers = openCustomers(home.platform.issuer, router);
  const orders = Math.round(seconds * ordersPerSecond);
  const backlog = watchBacklog(regions.platforms);
  const sale = await openRegionSale(home.platform, { orders, rate: ordersPerSecond, backlog });
  await regions.replicated();
  const scene = { regions, home, other, door, router, customers, sale, say };
  router.start();
  try {
    say('warming up');
    await sale.place(warmUpOrders, customers);
    await Promise.all([readQuiet(home), readQuiet(other)]);
    const [first, second] = [Math.round(orders * partShares.cut), Math.round(orders * partShares.outage)];
    const cut = await playCut(scene, first, seconds * lengthShares.cut);
    const outage = await playOutage(scene, second, seconds * lengthShares.outage);
    const loss = await playLoss(scene, orders - first - second);
    return buildResult({ ...scene, seconds, orders, cut, outage, loss });
  } finally {
    router.stop();
    backlog.stop();
    await door.stop();
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
  const both = await readBoth(scene);
  return { ...times, stock, unanswered, ...both, unreachable: await Promise.all([home, other].map(readUnreachable)) };
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
    again = reload(scene, lost, lostAt);
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
