import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { ShownOrder } from './check/snapshot.ts';
import type { ShopClient } from './client.ts';
import type { PlacedOrder, PlaceOptions } from './place-orders.ts';

export interface CancelOptions extends Pick<PlaceOptions, 'tokenOf'> {
  /** Maximum delay of a cancel after the 202, so that cancels meet orders in every state. */
  readonly withinMs?: number;
}

/** Cancels orders during the sale, for the customers who change their mind. */
export function cancelling(shop: ShopClient, { tokenOf, withinMs = 0 }: CancelOptions) {
  const limit = pLimit(8);
  const answers = new Map<string, Promise<{ readonly status: number; readonly shown: readonly ShownOrder[] }>>();
  const cancel = async (customer: string, orderId: string) => {
    await sleep(Math.random() * withinMs);
    const { status, body } = await limit(async () => shop.cancelOrder(await tokenOf(customer), orderId));
    return { status, shown: status === 200 ? [{ ...body, customer }] : [] };
  };
  return {
    /** Call it for each 202. Cancels an order once, if its plan says so. */
    begin({ customer, orderId, cancel: wanted }: PlacedOrder): void {
      if (wanted && !answers.has(orderId)) answers.set(orderId, cancel(customer, orderId));
    },
    /** The response status by order id, when all cancels have finished. */
    async answers(): Promise<ReadonlyMap<string, number>> {
      return new Map(
        await Promise.all([...answers].map(async ([orderId, answer]) => [orderId, (await answer).status] as const)),
      );
    },
    /** Orders as the answers to cancels show them, when all have finished. */
    async shown(): Promise<readonly ShownOrder[]> {
      return (await Promise.all(answers.values())).flatMap(({ shown }) => shown);
    },
  };
}
