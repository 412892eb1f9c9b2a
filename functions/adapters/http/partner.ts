import * as z from 'zod';
import type { Order } from '../../domain/order.ts';
import { type Partner, PartnerFailed } from '../../ports/partner.ts';

const partnerAnswer = z.discriminatedUnion('state', [
  z.object({ orderId: z.string(), state: z.literal('accepted') }),
  z.object({ orderId: z.string(), state: z.literal('refused') }),
]);
const expectedStatuses = { accepted: [200, 201], refused: [422] };

/** Makes a call under some policy; the signal aborts it. */
export type Attempt = <Result>(call: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;

/**
 * The partner over HTTP: `POST {url}/orders` with the order id as `Idempotency-Key`. 200 or 201 with
 * `{ orderId, state: 'accepted' }`, 422 with `{ orderId, state: 'refused' }`; anything else is not an answer.
 *
 * @param attempt the policy for each call: timeouts, retries, a limit on concurrent calls
 */
export function partnerOverHttp(url: string, attempt: Attempt): Partner {
  return { take: (order) => attempt((signal) => postOrder(url, order, signal)) };
}

/** In place of a URL, for a stage without a partner. */
export const standIn = 'stand-in';

/** The stage's partner: over HTTP, or a stand-in that accepts every order, so that a first deploy sells to its end. */
export function partnerClient(url: string, attempt: Attempt): Partner {
  return url === standIn ? { take: async () => 'accepted' } : partnerOverHttp(url, attempt);
}

async function postOrder(
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
    throw new PartnerFailed(`the partner did not answer about order ${orderId}`, { cause: error });
  });
  const body = await response.json().catch(() => undefined);
  const { data } = partnerAnswer.safeParse(body);
  if (data?.orderId === orderId && expectedStatuses[data.state].includes(response.status)) return data.state;
  throw new PartnerFailed(`the partner's response to order ${orderId} is not an answer: status ${response.status}`);
}
