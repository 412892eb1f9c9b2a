import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { ShopClient } from './client.ts';
import type { PlacedOrder, PlaceOptions } from './place-orders.ts';

export interface CancelOptions extends Pick<PlaceOptions, 'tokenOf'> {
  /** Each cancel comes up to so long after the 202: an order is pending at first, and on its way in the end. */
  readonly withinMs?: number;
}

/** The customers of a sale who change their mind while it goes on. */
export function cancelling(shop: ShopClient, { tokenOf, withinMs = 0 }: CancelOptions) {
  const limit = pLimit(8);
  const answers = new Map<string, Promise<number>>();
  const cancel = async (customer: string, orderId: string) => {
    await sleep(Math.random() * withinMs);
    return limit(async () => (await shop.cancelOrder(await tokenOf(customer), orderId)).status);
  };
  return {
    /** For each 202; cancels an order once, if its customer is one of those. */
    begin({ customer, orderId, cancel: wanted }: PlacedOrder): void {
      if (wanted && !answers.has(orderId)) answers.set(orderId, cancel(customer, orderId));
    },
    /** Cancels by the status of their answer, once all are answered. */
    async statuses(): Promise<ReadonlyMap<number, number>> {
      const statuses = await Promise.all(answers.values());
      return new Map([...Map.groupBy(statuses, (status) => status)].map(([status, all]) => [status, all.length]));
    },
  };
}
