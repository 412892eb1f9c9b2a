import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import type { ShopClient } from './client.ts';
import type { PlannedOrder } from './workload.ts';

export interface PlacedOrder {
  readonly customer: string;
  readonly key: string;
  readonly orderId: string;
  readonly cancel: boolean;
  /** Epoch milliseconds of the click. */
  readonly clickedAt: number;
}

export interface Placing {
  readonly placed: readonly PlacedOrder[];
  readonly posts: number;
  /** Posts by status of their last answer. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Attempts that were answered 429 or 503 and sent again. */
  readonly throttled: number;
  readonly repetitions: number;
  /** Repetitions whose answer was not the first one's, to the letter. */
  readonly differing: number;
  /** Milliseconds of each post that was accepted: of the attempt that got the 202. */
  readonly latenciesMs: readonly number[];
  readonly seconds: number;
}

export interface PlaceOptions {
  readonly concurrency: number;
  /** Orders begun per second; undefined: as fast as `concurrency` allows. */
  readonly rate?: number | undefined;
  readonly tokenOf: (customer: string) => Promise<string>;
  readonly onPlaced?: (done: number) => void;
  /** At each 202, repetitions included. */
  readonly onAccepted?: (order: PlacedOrder) => void;
}

/** Posts all planned orders and their repetitions. */
export async function placeOrders(
  shop: ShopClient,
  plan: readonly PlannedOrder[],
  options: PlaceOptions,
): Promise<Placing> {
  const placed: PlacedOrder[] = [];
  const statuses = new Map<number, number>();
  const latenciesMs: number[] = [];
  let [throttled, repetitions, differing, posts] = [0, 0, 0, 0];
  const begun = performance.now();

  async function post({ customer, key, sku, quantity, cancel }: PlannedOrder): Promise<string | undefined> {
    const token = await options.tokenOf(customer);
    const clickedAt = Date.now();
    const answer = await shop.placeOrder(token, key, { sku, quantity });
    posts++;
    throttled += answer.throttled;
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    // A client that gave up was not answered.
    if (answer.status === 429 || answer.status >= 500) return undefined;
    if (answer.status !== 202) return String(answer.status);
    latenciesMs.push(answer.ms);
    const order = { customer, key, orderId: answer.body.orderId, cancel, clickedAt };
    placed.push(order);
    options.onAccepted?.(order);
    return JSON.stringify(answer.body);
  }

  async function place(order: PlannedOrder): Promise<void> {
    const twin = order.repeat === 'in parallel' ? post(order) : undefined;
    const first = await post(order);
    if (order.repeat === 'never') return;
    repetitions++;
    const second = await (twin ?? post(order));
    if (first !== undefined && second !== undefined && first !== second) differing++;
  }

  const limit = pLimit(options.concurrency);
  let done = 0;
  await Promise.all(
    plan.map(async (order, index) => {
      if (options.rate) await sleep((index / options.rate) * 1_000);
      await limit(() => place(order));
      options.onPlaced?.(++done);
    }),
  );
  const seconds = (performance.now() - begun) / 1_000;
  return { placed, posts, statuses, throttled, repetitions, differing, latenciesMs, seconds };
}

/** Far less than the hour for which a token is valid: a long sale outlives its first ones. */
const renewTokensAfterMs = 10 * 60_000;

/** A token for each customer, made when it is asked for and none is known that is young enough. */
export function rememberedTokens(issuer: { token(request: { customer: string }): Promise<string> }) {
  const tokens = new LRUCache<string, Promise<string>>({ max: 10_000, ttl: renewTokensAfterMs });
  return (customer: string): Promise<string> => {
    const known = tokens.get(customer);
    if (known) return known;
    const token = issuer.token({ customer });
    tokens.set(customer, token);
    return token;
  };
}

/** Percentiles of a list of numbers, by nearest rank; NaN of an empty one. */
export function percentiles(numbers: readonly number[]): { p50: number; p90: number; p99: number } {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

/** Counts of answers, for a reader: `5 x 200, 1 x 409`. */
export function byStatus(statuses: ReadonlyMap<number, number>): string {
  return (
    [...statuses]
      .sort(([a], [b]) => a - b)
      .map(([status, count]) => `${count} x ${status}`)
      .join(', ') || 'none'
  );
}
