import { openValue, orderKey } from '../../../functions/adapters/aws/keys.ts';
import { type Order, placeOrder } from '../../../functions/domain/order.ts';
import { deriveOrderId } from '../../../functions/intake/place-order.ts';
import { requestHashesOf } from '../../sale/check/rules.ts';

/** High enough never to be reached: every order changes a holding, and none is rejected by the limit. */
export const limit = { limitPerCustomer: 20 };

/** An order, with its row, whose function died before it enqueued the message. */
export function loseOrder({ customer, key, sku }: { customer: string; key: string; sku: string }): {
  readonly order: Order;
  readonly row: Readonly<Record<string, unknown>>;
} {
  const orderId = deriveOrderId(customer, key);
  const request = { sku, quantity: 1, unitPrice: 1_100, currency: 'EUR', shardCount: 2, ...limit } as const;
  // Old enough for the sweeper, without changing the time that the customer was told.
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  const order = placeOrder({ orderId, customer, ...request }, hourAgo);
  const requestHash = requestHashesOf(order)[0];
  return { order, row: { ...orderKey(orderId), v: 1, ...order, requestHash, open: openValue(orderId) } };
}
