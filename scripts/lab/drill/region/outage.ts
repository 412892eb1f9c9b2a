import { setTimeout as sleep } from 'node:timers/promises';
import { readBoth } from './both.ts';
import type { OutageSeen, Scene } from './scene.ts';

/** Orders accepted this shortly before a region fails are placed again with the same key, as after a page reload. */
const reloadMs = 5_000;
/** Orders after the return, so that some customers of the region are among them. */
const ordersAfterReturn = 24;

/** The other region cannot be reached for a while, and then returns with all of its data. */
export async function playOutage(scene: Scene, orders: number, seconds: number): Promise<OutageSeen> {
  const { other, door, customers, sale, router, say } = scene;
  const { region } = other.platform;
  const times = { closedAt: 0, openedAt: 0 };
  let returned: Promise<void> = Promise.resolve();
  const fail = async () => {
    times.closedAt = Date.now();
    await door.close();
    say(`${region} cannot be reached`);
    await reload(scene, region, times.closedAt);
    await sleep(seconds * 1_000);
    await door.open();
    times.openedAt = Date.now();
    say(`${region} can be reached again after ${((times.openedAt - times.closedAt) / 1_000).toFixed(0)} s`);
    await router.until({ region, healthy: true, since: times.openedAt });
    await sale.place(ordersAfterReturn, customers);
  };
  await sale.place(orders, customers, [{ share: 1 / 4, act: () => (returned = fail()) }]);
  await returned;
  return { ...times, ...(await readBoth(scene)) };
}

/** Waits until the router has left the region. Every second customer reloads; the other orders are not retried. */
export async function reload({ router, customers, say }: Scene, region: string, failedAt: number): Promise<void> {
  await router.until({ region, healthy: false, since: failedAt });
  say(`no more customers are sent to ${region} after ${((Date.now() - failedAt) / 1_000).toFixed(1)} s`);
  const late = customers.visits.filter(
    ({ region: one, status, answeredAt = 0 }) => one === region && status === 202 && answeredAt >= failedAt - reloadMs,
  );
  const reloading = late.filter((_, index) => index % 2 === 0);
  const orderAgain = ({ customer, key, sku, quantity }: (typeof late)[number]) =>
    customers.order({ customer, key, sku, quantity }, Date.now());
  await Promise.all(reloading.map(orderAgain));
}
