import { stockSeconds } from '../../../functions/contracts/cache-control.ts';
import { type RouteName, routes } from '../../../functions/contracts/routes.ts';
import { limits } from '../../../stacks/model/checks/limits.ts';
import type { ApiService } from '../../../functions/contracts/routes.ts';
import { originRate, tabulate, zipfShares } from './cdn.ts';
import { FunctionPool } from './function-pool.ts';
import { TokenBucket } from './token-bucket.ts';
import type { World } from './world.ts';

const planned = ['getProduct', 'getStock', 'listProducts', 'getOrder', 'placeOrder', 'cancelOrder'] as const;
type PlannedRoute = (typeof planned)[number];

const rowOf = (name: RouteName) => routes.find((row) => row.name === name) as (typeof routes)[number];

export interface Accepted {
  /** New orders, and messages in the queue: a repeated post sends another one. */
  readonly orders: number;
  readonly messages: number;
  readonly cancelled: number;
}

/** CDN, API and its functions. */
export class ApiSide {
  readonly pools: Readonly<Record<'catalog' | 'intake', FunctionPool>>;
  readonly #world: World;
  readonly #account = new TokenBucket(limits.apiRate.value, limits.apiBurst.value);
  readonly #buckets = new Map<PlannedRoute, TokenBucket>();
  readonly #origin: Readonly<Record<'getProduct' | 'getStock' | 'listProducts', (rate: number) => number>>;

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

  /** What customers do in a step in which `orders` customers arrive. */
  step(orders: number, others: number): Accepted {
    const { shop, usage, constants, seconds } = this.#world;
    const pages = orders * shop.browsePerOrder;
    const { productReads, stockReads } = constants;
    const lists = Math.max(0, 1 - productReads - stockReads);
    const atOrigin = (name: keyof ApiSide['originRates'], share: number) =>
      this.#origin[name]((pages * share) / seconds) * seconds;
    const asked: Record<PlannedRoute, number> = {
      getProduct: atOrigin('getProduct', productReads),
      getStock: atOrigin('getStock', stockReads),
      listProducts: atOrigin('listProducts', lists),
      getOrder: orders * shop.statusReadsPerOrder,
      placeOrder: orders * (1 + shop.repeatPosts),
      cancelOrder: orders * shop.cancels,
    };
    const uncached = asked.getOrder + asked.placeOrder + asked.cancelOrder;
    const origin = asked.getProduct + asked.getStock + asked.listProducts + uncached;
    usage.cdnRequests += pages + uncached;
    usage.cdnBytes += (pages + uncached) * constants.pageBytes;
    usage.originRequests += origin;
    const passed = this.#throttle(asked, origin);
    const served = this.#run(passed, others);
    const placed = served.placeOrder * this.#store('placeOrder', served.placeOrder / (1 + shop.repeatPosts));
    const fresh = placed / (1 + shop.repeatPosts);
    usage.orders += fresh;
    return { orders: fresh, messages: placed, cancelled: served.cancelOrder * this.#store('cancelOrder', served.cancelOrder) };
  }

  /** Only for its keys. */
  get originRates() {
    return this.#origin;
  }

  #throttle(asked: Readonly<Record<PlannedRoute, number>>, origin: number): Record<PlannedRoute, number> {
    const { tracker, now, seconds, usage, stage } = this.#world;
    if (stage.api.kind === 'function-url') return { ...asked };
    const granted = origin === 0 ? 1 : this.#account.take(origin, seconds) / origin;
    const unit = 'requests/s';
    tracker.observe('api.account', now, {
      ...{ unit, demand: origin / seconds, limit: limits.apiRate.value, offered: origin },
      ...{ refused: origin * (1 - granted), reason: '429 Too Many Requests (account)' },
    });
    const passed = { ...asked };
    for (const name of planned) {
      const bucket = this.#buckets.get(name);
      if (!bucket) continue;
      const offered = asked[name] * granted;
      passed[name] = bucket.take(offered, seconds);
      tracker.observe(`api.${name}`, now, {
        ...{ unit, demand: offered / seconds, limit: bucket.rate, offered },
        ...{ refused: offered - passed[name], reason: '429 Too Many Requests (route)' },
      });
      usage.apiRequests += asked[name];
    }
    return passed;
  }

  #run(passed: Readonly<Record<PlannedRoute, number>>, others: number): Record<PlannedRoute, number> {
    const served = { ...passed };
    for (const service of ['catalog', 'intake'] as const) {
      const names = planned.filter((name) => rowOf(name).service === (service satisfies ApiService));
      const invocations = names.reduce((sum, name) => sum + passed[name], 0);
      const total = names.reduce((sum, name) => sum + passed[name] * this.#world.secondsOf(name), 0);
      const pool = this.pools[service];
      const other = service === 'catalog' ? this.pools.intake : this.pools.catalog;
      const load = { invocations, seconds: invocations > 0 ? total / invocations : 0, atRandom: true };
      const share = pool.serve({ ...load, others: others + other.held });
      this.#observe(service, load, share);
      for (const name of names) served[name] = passed[name] * share;
    }
    for (const name of ['getProduct', 'getStock', 'listProducts', 'getOrder'] as const) this.#store(name, served[name]);
    return served;
  }

  #observe(service: 'catalog' | 'intake', load: { invocations: number; seconds: number }, share: number): void {
    const { tracker, now, seconds, constants, usage } = this.#world;
    const demand = (load.invocations / seconds) * load.seconds;
    tracker.observe(`functions.${service}`, now, {
      unit: 'environments',
      ...{ demand, limit: constants.accountConcurrency, offered: load.invocations },
      ...{ refused: load.invocations * (1 - share), reason: 'ConcurrentInvocationLimitExceeded' },
    });
    const { accessLogBytes, logBytes } = constants;
    usage.logBytes += load.invocations * (logBytes + accessLogBytes);
  }

  /** Share of the calls that the stores serve, after the SDK's retries. Reads beyond it are late, not refused. */
  #store(name: PlannedRoute, calls: number): number {
    const share = this.#world.useStores(name, calls);
    const { sdkAttempts } = this.#world.constants;
    let failed = 1;
    for (let attempt = 0; attempt < sdkAttempts; attempt++) failed *= 1 - share;
    this.#world.usage.apiBytes += calls * this.#world.calibration.steps[name].perOrder.responseBytes;
    return 1 - failed;
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

/** Shares of the products: the hot ones alike, the others by Zipf's law. */
function popularity({ products, hot, popularity: { zipf } }: World['shop']): Float64Array {
  const hotProducts = Math.min(hot.products, products);
  const rest = zipfShares(Math.max(1, Math.min(products - hotProducts, 2_000)), zipf);
  return Float64Array.from([
    ...Array.from({ length: hotProducts }, () => hot.share / hotProducts),
    ...(products > hotProducts ? rest.map((share) => share * (1 - hot.share)) : []),
  ]);
}
