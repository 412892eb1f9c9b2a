import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import type { AcceptedRecord, OrderWish } from './check/snapshot.ts';
import type { ShopClient } from './client.ts';
import type { PlannedOrder } from './workload.ts';

export interface PlacedOrder extends AcceptedRecord {
  readonly cancel: boolean;
  /** Time of the click. Epoch milliseconds. */
  readonly clickedAt: number;
}

type Repetition = Exclude<PlannedOrder['repeat'], 'never'>;

export interface Placing {
  readonly placed: readonly PlacedOrder[];
  /** Posts without a 202: the order may exist or not. */
  readonly unanswered: readonly OrderWish[];
  readonly posts: number;
  /** Number of posts by final status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Retries after a 429 or 503. */
  readonly throttled: number;
  /** Number of posts that were repeated with the same key. */
  readonly repeated: Readonly<Record<Repetition, number>>;
  /** Repetitions whose response differs from the first one. */
  readonly differing: number;
  /** Texts about answers whose product, quantity or total differs from the request. */
  readonly misstated: readonly string[];
  /** Duration of each attempt that got a 202. */
  readonly latenciesMs: readonly number[];
  readonly seconds: number;
}

export interface PlaceOptions {
  readonly concurrency: number;
  /** Orders started per second; undefined: as fast as `concurrency` allows. */
  readonly rate?: number | undefined;
  readonly tokenOf: (customer: string) => Promise<string>;
  readonly onPlaced?: (done: number) => void;
  /** Called for each 202, including repetitions. */
  readonly onAccepted?: (order: PlacedOrder) => void;
}

/** Posts all planned orders and their repetitions. */
export async function placeOrders(
  shop: ShopClient,
  plan: readonly PlannedOrder[],
  options: PlaceOptions,
): Promise<Placing> {
  const begun = performance.now();
  const poster = new Poster(shop, options);
  const limit = pLimit(options.concurrency);
  let done = 0;
  await Promise.all(
    plan.map(async (order, index) => {
      if (options.rate) await sleep((index / options.rate) * 1_000);
      await limit(() => poster.place(order));
      options.onPlaced?.(++done);
    }),
  );
  return { ...poster.counts(), seconds: (performance.now() - begun) / 1_000 };
}

/** Posts orders with their repetitions, and counts the responses. */
class Poster {
  readonly #shop: ShopClient;
  readonly #options: PlaceOptions;
  readonly #placed: PlacedOrder[] = [];
  readonly #statuses = new Map<number, number>();
  readonly #latenciesMs: number[] = [];
  readonly #unanswered: OrderWish[] = [];
  readonly #misstated: string[] = [];
  readonly #repeated = { 'in parallel': 0, later: 0 };
  readonly #count = { posts: 0, throttled: 0, differing: 0 };

  constructor(shop: ShopClient, options: PlaceOptions) {
    this.#shop = shop;
    this.#options = options;
  }

  counts(): Omit<Placing, 'seconds'> {
    return {
      ...this.#count,
      placed: this.#placed,
      unanswered: this.#unanswered,
      misstated: this.#misstated,
      repeated: this.#repeated,
      statuses: this.#statuses,
      latenciesMs: this.#latenciesMs,
    };
  }

  async place(order: PlannedOrder): Promise<void> {
    const twin = order.repeat === 'in parallel' ? this.#post(order) : undefined;
    const first = await this.#post(order);
    if (order.repeat === 'never') return;
    const second = await (twin ?? this.#post(order));
    this.#repeated[order.repeat]++;
    if (first !== undefined && second !== undefined && first !== second) this.#count.differing++;
  }

  /** Returns the response as text, or undefined when the client gave up. */
  async #post({ customer, key, sku, quantity, cancel }: PlannedOrder): Promise<string | undefined> {
    const token = await this.#options.tokenOf(customer);
    const clickedAt = Date.now();
    const answer = await this.#shop.placeOrder(token, key, { sku, quantity });
    this.#count.posts++;
    this.#count.throttled += answer.throttled;
    this.#statuses.set(answer.status, (this.#statuses.get(answer.status) ?? 0) + 1);
    if (answer.status !== 202) this.#unanswered.push({ customer, key, sku, quantity });
    if (answer.status === 429 || answer.status >= 500) return undefined;
    if (answer.status !== 202) return String(answer.status);
    this.#latenciesMs.push(answer.ms);
    const { unitPrice, total } = answer.body;
    if (answer.body.sku !== sku || answer.body.quantity !== quantity || total !== quantity * unitPrice)
      this.#misstated.push(`${quantity} ${sku} bought, answered ${JSON.stringify(answer.body)}`);
    const order = { ...answer.body, customer, key, cancel, clickedAt };
    this.#placed.push(order);
    this.#options.onAccepted?.(order);
    return JSON.stringify(answer.body);
  }
}

/** Far below the token lifetime of an hour, because a long sale outlives its first tokens. */
const renewTokensAfterMs = 10 * 60_000;

/** One token per customer, created on demand and reused until it is due for renewal. */
export function cachedTokens(issuer: { token(request: { customer: string }): Promise<string> }) {
  const tokens = new LRUCache<string, Promise<string>>({ max: 10_000, ttl: renewTokensAfterMs });
  return (customer: string): Promise<string> => {
    const known = tokens.get(customer);
    if (known) return known;
    const token = issuer.token({ customer });
    tokens.set(customer, token);
    return token;
  };
}

/** Ids of the orders whose customers cancel them. */
export function cancelled(placed: readonly PlacedOrder[]): string[] {
  return placed.filter(({ cancel }) => cancel).map(({ orderId }) => orderId);
}

/** Percentiles by nearest rank; NaN for an empty list. */
export function percentiles(numbers: readonly number[]): { p50: number; p90: number; p99: number } {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

export function countBy<Key>(keys: readonly Key[]): Map<Key, number> {
  return new Map([...Map.groupBy(keys, (key) => key)].map(([key, all]) => [key, all.length]));
}

/** Formats counts by status: `5 x 200, 1 x 409`. */
export function byStatus(statuses: ReadonlyMap<number, number>): string {
  return (
    [...statuses]
      .sort(([a], [b]) => a - b)
      .map(([status, count]) => `${count} x ${status}`)
      .join(', ') || 'none'
  );
}
