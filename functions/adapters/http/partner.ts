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

/** A partner that asks for more gets another message: SQS's longest delay, and longer than most outages. */
const longestRetryAfterMs = 15 * 60_000;

/** Seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
function parseRetryAfter(header: string | null): number {
  if (header === null) return 0;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? 0 : Math.min(longestRetryAfterMs, Math.max(0, ms));
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
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'));
  throw new PartnerFailed(`the partner's response to order ${orderId} is not an answer: status ${response.status}`, {
    retryAfterMs,
  });
}
