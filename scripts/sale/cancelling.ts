import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { ShopClient } from './client.ts';
import type { PlacedOrder, PlaceOptions } from './place-orders.ts';

export interface CancelOptions extends Pick<PlaceOptions, 'tokenOf'> {
  /** Maximum delay of a cancel after the 202, so that cancels meet orders in every state. */
  readonly withinMs?: number;
}

/** Cancels orders during the sale, for the customers who change their mind. */
export function cancelling(shop: ShopClient, { tokenOf, withinMs = 0 }: CancelOptions) {
  const limit = pLimit(8);
  const answers = new Map<string, Promise<number>>();
  const cancel = async (customer: string, orderId: string) => {
    await sleep(Math.random() * withinMs);
    return limit(async () => (await shop.cancelOrder(await tokenOf(customer), orderId)).status);
  };
  return {
    /** Call it for each 202. Cancels an order once, if its plan says so. */
    begin({ customer, orderId, cancel: wanted }: PlacedOrder): void {
      if (wanted && !answers.has(orderId)) answers.set(orderId, cancel(customer, orderId));
    },
    /** Number of cancels by response status, when all have finished. */
    async statuses(): Promise<ReadonlyMap<number, number>> {
      const statuses = await Promise.all(answers.values());
      return new Map([...Map.groupBy(statuses, (status) => status)].map(([status, all]) => [status, all.length]));
    },
  };
}
