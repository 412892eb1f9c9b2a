import * as z from 'zod';
import type { Order } from '../../domain/order.ts';
import { type Partner, PartnerFailed } from '../../ports/partner.ts';

const answer = z.discriminatedUnion('state', [
  z.object({ orderId: z.string(), state: z.literal('accepted') }),
  z.object({ orderId: z.string(), state: z.literal('refused') }),
]);
const statusOf = { accepted: [200, 201], refused: [422] };

/** One attempt at a call, which ends with the signal. */
export type Attempt = <Result>(call: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;

/**
 * The partner over HTTP: `POST {url}/orders` with the order id as `Idempotency-Key`. 200 or 201 with
 * `{ orderId, state: 'accepted' }`, 422 with `{ orderId, state: 'refused' }`; anything else is no answer.
 *
 * @param attempt what surrounds each call: timeouts, retries, a limit of calls at a time
 */
export function partnerOverHttp(url: string, attempt: Attempt): Partner {
  return { take: (order) => attempt((signal) => ask(url, order, signal)) };
}

async function ask(
  url: string,
  { orderId, sku, quantity }: Pick<Order, 'orderId' | 'sku' | 'quantity'>,
  signal: AbortSignal,
) {
  const response = await fetch(`${url}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': orderId },
    body: JSON.stringify({ orderId, sku, quantity }),
    redirect: 'error',
    signal,
  }).catch((error) => {
    throw new PartnerFailed(`no answer about order ${orderId}`, { cause: error });
  });
  const body = await response.json().catch(() => undefined);
  const { data } = answer.safeParse(body);
  if (data?.orderId === orderId && statusOf[data.state].includes(response.status)) return data.state;
  throw new PartnerFailed(`${response.status} is no answer about order ${orderId}`);
}
