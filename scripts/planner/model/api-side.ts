import { stockSeconds } from '../../../functions/contracts/cache-control.ts';
import { type RouteName, routes } from '../../../functions/contracts/routes.ts';
import { limits } from '../../../stacks/model/checks/limits.ts';
import { originRate, tabulate, zipfShares } from './cdn.ts';
import { FunctionPool } from './function-pool.ts';
import { TokenBucket } from './token-bucket.ts';
import type { World } from './world.ts';

const planned = ['getProduct', 'getStock', 'listProducts', 'getOrder', 'placeOrder', 'cancelOrder'] as const;
const reads = ['getProduct', 'getStock', 'listProducts', 'getOrder'] as const;
type PlannedRoute = (typeof planned)[number];
type ApiFunction = 'catalog' | 'intake';
type Requests = Record<PlannedRoute, number>;

const rowOf = (name: RouteName) => routes.find((row) => row.name === name) as (typeof routes)[number];
const ofService: Readonly<Record<ApiFunction, readonly PlannedRoute[]>> = {
  catalog: planned.filter((name) => rowOf(name).service === 'catalog'),
  intake: planned.filter((name) => rowOf(name).service === 'intake'),
};

export interface Accepted {
  /** New orders, and messages in the queue: a repeated post sends another one. */
  readonly orders: number;
  readonly messages: number;
  readonly cancelled: number;
}

/** CDN, API and its functions. */
export class ApiSide {
  readonly pools: Readonly<Record<ApiFunction, FunctionPool>>;
  readonly #world: World;
  readonly #account = new TokenBucket(limits.apiRate.value, limits.apiBurst.value);
  readonly #buckets = new Map<PlannedRoute, TokenBucket>();
  readonly #origin: ReturnType<typeof toOrigin>;

  constructor(world: World, startsAt: number, peakOrders: number) {
    this.#world = world;
    this.pools = {
      catalog: new FunctionPool('catalog', world, startsAt),
      intake: new FunctionPool('intake', world, startsAt),
    };
    const { api } = world.stage;
    if (api.kind === 'http-api')
      for (const name of planned) {
        const { ratePerSecond, burst } = api.throttles[rowOf(name).throttle];
        this.#buckets.set(name, new TokenBucket(ratePerSecond, burst));
      }
    this.#origin = toOrigin(world, peakOrders);
  }

  /** What customers do in a step in which `orders` customers arrive. @param others environments of the workers */
  step(orders: number, others: number): Accepted {
    const { shop, usage } = this.#world;
    const asked = this.#ask(orders);
    const passed = this.#throttle(asked);
    for (const service of ['catalog', 'intake'] as const) this.#run(service, passed, others);
    for (const name of reads) this.#store(name, passed[name]);
    const posts = 1 + shop.repeatPosts;
    const fresh = (passed.placeOrder / posts) * this.#store('placeOrder', passed.placeOrder / posts);
    const repeated = passed.placeOrder - passed.placeOrder / posts;
    const again = repeated * this.#store('repeatPost', repeated);
    usage.orders += fresh;
    const cancelled = passed.cancelOrder * this.#store('cancelOrder', passed.cancelOrder);
    return { orders: fresh, messages: fresh + again, cancelled };
  }

  #ask(orders: number): Requests {
    const { shop, usage, constants, seconds } = this.#world;
    const pages = orders * shop.browsePerOrder;
    const { productReads, stockReads, pageBytes } = constants;
    const perSecond = pages / seconds;
    const asked = {
      getProduct: this.#origin.getProduct(perSecond * productReads) * seconds,
      getStock: this.#origin.getStock(perSecond * stockReads) * seconds,
      listProducts: this.#origin.listProducts(perSecond * Math.max(0, 1 - productReads - stockReads)) * seconds,
      getOrder: orders * shop.statusReadsPerOrder,
      placeOrder: orders * (1 + shop.repeatPosts),
      cancelOrder: orders * shop.cancels,
    };
    const uncached = asked.getOrder + asked.placeOrder + asked.cancelOrder;
    usage.cdnRequests += pages + uncached;
    usage.cdnBytes += (pages + uncached) * pageBytes;
    return asked;
  }

  #throttle(asked: Requests): Requests {
    const { tracker, now, seconds, usage } = this.#world;
    let origin = 0;
    for (const name of planned) origin += asked[name];
    usage.originRequests += origin;
    if (this.#buckets.size === 0 || origin === 0) return asked;
    const granted = this.#account.take(origin, seconds) / origin;
    const [unit, limit] = ['requests/s', limits.apiRate.value];
    const [reason, refused] = ['429 Too Many Requests (account)', origin * (1 - granted)];
    const demand = origin / seconds;
    tracker.observe('api.account', now, { unit, demand, limit, offered: origin, refused, reason, seconds });
    usage.apiRequests += origin;
    for (const [name, bucket] of this.#buckets) {
      const offered = asked[name] * granted;
      asked[name] = bucket.take(offered, seconds);
      tracker.observe(`api.${name}`, now, {
        unit,
        demand: offered / seconds,
        limit: bucket.rate,
        offered,
        refused: offered - asked[name],
        reason: '429 Too Many Requests (route)',
        seconds,
      });
    }
    return asked;
  }

  #run(service: ApiFunction, passed: Requests, others: number): void {
    const { tracker, now, seconds, constants, usage } = this.#world;
    let [invocations, busy] = [0, 0];
    for (const name of ofService[service]) {
      invocations += passed[name];
      busy += passed[name] * this.#world.secondsOf(name);
    }
    const other = service === 'catalog' ? this.pools.intake : this.pools.catalog;
    const each = invocations > 0 ? busy / invocations : 0;
    const load = { invocations, seconds: each, others: others + other.held, atRandom: true };
    const share = this.pools[service].serve(load);
    tracker.observe(`functions.${service}`, now, {
      unit: 'environments',
      demand: busy / seconds,
      limit: constants.accountConcurrency,
      offered: invocations,
      refused: invocations * (1 - share),
      reason: 'ConcurrentInvocationLimitExceeded',
      seconds,
    });
    usage.logBytes += invocations * (constants.logBytes + constants.accessLogBytes);
    if (share < 1) for (const name of ofService[service]) passed[name] *= share;
  }

  /** Share of the calls that the stores serve within the SDK's attempts. */
  #store(name: PlannedRoute | 'repeatPost', calls: number): number {
    const { constants, usage, calibration } = this.#world;
    const share = this.#world.useStores(name, calls);
    usage.apiBytes += calls * calibration.steps[name].perOrder.responseBytes;
    return share === 1 ? 1 : 1 - (1 - share) ** constants.sdkAttempts;
  }
}

function toOrigin({ shop, stage, constants }: World, peakOrders: number) {
  const caches = stage.edge.originShield ? 1 : constants.regionalCaches;
  const { edgeSeconds } = stage.caching.product;
  const products = popularity(shop);
  const max = peakOrders * shop.browsePerOrder * 2;
  const one = new Float64Array([1]);
  return {
    getProduct: tabulate((rate) => originRate(products, rate, edgeSeconds, caches), max),
    getStock: tabulate((rate) => originRate(products, rate, stockSeconds, caches), max),
    listProducts: tabulate((rate) => originRate(one, rate, edgeSeconds, caches), max),
  };
}

/** Products beyond it are as rarely read as the last one. */
const mostRanks = 2_000;

/** Shares of the products: the hot ones alike, the others by Zipf's law. */
function popularity({ products, hot, popularity: { zipf } }: World['shop']): Float64Array {
  const hotProducts = Math.min(hot.products, products);
  const rest = zipfShares(Math.max(1, Math.min(products - hotProducts, mostRanks)), zipf);
  return Float64Array.from([
    ...Array.from({ length: hotProducts }, () => hot.share / hotProducts),
    ...(products > hotProducts ? rest.map((share) => share * (1 - hot.share)) : []),
  ]);
}
