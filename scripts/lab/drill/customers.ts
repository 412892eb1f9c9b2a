import { setTimeout as sleep } from 'node:timers/promises';
import type { AcceptedOrder } from '../../../functions/contracts/http.ts';
import type { ShopClient } from '../../sale/client.ts';

export interface Wish {
  readonly customer: string;
  readonly key: string;
  readonly sku: string;
  readonly quantity: number;
}

/** One customer's attempts to place one order. */
export interface Visit extends Wish {
  /** Epoch milliseconds as planned, even if the drill ran late. */
  readonly clickedAt: number;
  answeredAt: number | undefined;
  /** Status of the last answer; 0 if the connection failed. */
  status: number;
  attempts: number;
  orderId: string | undefined;
  /** Body of the 202. */
  answer: AcceptedOrder | undefined;
}

const longestPauseMs = 30_000;

/**
 * Retries until the order is accepted or refused for good, or `patienceMs` have passed since the click. Pauses are drawn
 * from a range that doubles (full jitter) and added to Retry-After.
 */
export async function visit(
  shop: Pick<ShopClient, 'once'>,
  wish: Wish,
  { token, clickedAt, patienceMs }: { token: string; clickedAt: number; patienceMs: number },
  visits: Visit[],
): Promise<void> {
  const made: Visit = {
    ...wish,
    clickedAt,
    answeredAt: undefined,
    status: 0,
    attempts: 0,
    orderId: undefined,
    answer: undefined,
  };
  visits.push(made);
  for (;;) {
    made.attempts++;
    const { customer: _, key, ...body } = wish;
    const headers = { 'idempotency-key': key };
    const answer = await shop
      .once<AcceptedOrder>({ method: 'POST', path: '/orders', token, headers, body })
      .catch(() => undefined);
    made.status = answer?.status ?? 0;
    if (made.status === 202) [made.orderId, made.answer] = [answer?.body.orderId, answer?.body];
    const pauseMs = pauseAfter(made.attempts, Number(answer?.headers.get('retry-after') ?? 0));
    const again = made.status === 0 || made.status === 429 || made.status >= 500;
    if (!again || Date.now() + pauseMs > clickedAt + patienceMs) break;
    await sleep(pauseMs);
  }
  made.answeredAt = Date.now();
}

function pauseAfter(attempts: number, retryAfterSeconds: number): number {
  return retryAfterSeconds * 1_000 + Math.random() * Math.min(longestPauseMs, 1_000 * 2 ** attempts);
}

/** Milliseconds from click to answer, for accepted orders. */
export function acceptedWaits(visits: readonly Visit[]): number[] {
  return visits.flatMap(({ status, clickedAt, answeredAt }) =>
    status === 202 && answeredAt !== undefined ? [answeredAt - clickedAt] : [],
  );
}

export const accepted = <One extends Visit>(visits: readonly One[]): readonly One[] =>
  visits.filter(({ status }) => status === 202);
