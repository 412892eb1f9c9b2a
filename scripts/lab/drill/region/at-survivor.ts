import type { ProblemDocument } from '../../../../functions/contracts/problem.ts';
import type { StoredOrder } from '../../../sale/check/snapshot.ts';
import { ShopClient } from '../../../sale/client.ts';
import { type ForeignAttempts, tryForeignOrders } from '../../../sale/hostile-input.ts';
import { accepted } from '../customers.ts';
import type { Scene, SurvivorAnswers } from './scene.ts';
import type { Region } from './stores.ts';

const most = 20;

/** Each customer reads an order of the lost region, and fails to cancel it. */
export async function readAtSurvivor(
  { other, customers }: Pick<Scene, 'other' | 'customers'>,
  orders: readonly StoredOrder[],
): Promise<SurvivorAnswers> {
  const shop = new ShopClient(other.platform.apiUrl);
  const wrong: string[] = [];
  const some = orders.slice(-most);
  for (const { orderId, customer, state } of some) {
    const token = await customers.tokenOf(customer);
    const path = `/orders/${orderId}`;
    const read = await shop.once<{ state: string }>({ method: 'GET', path, token });
    if (read.status !== 200 || read.body.state !== state)
      wrong.push(`GET ${orderId} got ${read.status} ${read.body?.state}, the replica has ${state}`);
    const cancel = await shop.once<ProblemDocument>({ method: 'DELETE', path, token });
    if (cancel.status !== 503 || cancel.body.code !== 'OWNED_BY_OTHER_REGION')
      wrong.push(`DELETE ${orderId} got ${cancel.status} ${cancel.body?.code}`);
  }
  return { asked: 2 * some.length, wrong };
}

const mostForeign = 4;

/** Customers with similar names try to read the newest orders, whichever region accepted them. */
export function tryForeign({ customers }: Pick<Scene, 'customers'>, { platform }: Region): Promise<ForeignAttempts> {
  const some = accepted(customers.visits)
    .slice(-mostForeign)
    .map(({ customer, orderId = '' }) => ({ customer, orderId }));
  return tryForeignOrders(new ShopClient(platform.apiUrl), customers.tokenOf, some);
}
