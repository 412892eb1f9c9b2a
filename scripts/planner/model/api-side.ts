import { type RouteName, routes } from '../../../functions/contracts/routes.ts';
import { limits } from '../../../stacks/model/checks/limits.ts';
import { FunctionPool } from './functions/function-pool.ts';
import { TokenBucket } from './token-bucket.ts';
import { type PlannedRoute, plannedRoutes, type Requests, Visitors } from './visitors.ts';
import type { World } from './world.ts';

const reads = ['getProduct', 'getStock', 'listProducts', 'getOrder'] as const;
type ApiFunction = 'catalog' | 'intake';

const rowOf = (name: RouteName) => routes.find((row) => row.name === name) as (typeof routes)[number];
const ofService: Readonly<Record<ApiFunction, readonly PlannedRoute[]>> = {
  catalog: plannedRoutes.filter((name) => rowOf(name).service === 'catalog'),
  intake: plannedRoutes.filter((name) => rowOf(name).service === 'intake'),
};

export interface Accepted {
  /** New orders, and messages in the queue: a repeated post sends another message. */
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
  readonly #visitors: Visitors;

  constructor(world: World, startsAt: number, peakOrders: number) {
    this.#world = world;
    this.pools = {
      catalog: new FunctionPool('catalog', world, startsAt),
      intake: new FunctionPool('intake', world, startsAt),
    };
    const { api } = world.stage;
    if (api.kind === 'http-api')
      for (const name of plannedRoutes) {
        const { ratePerSecond, burst } = api.throttles[rowOf(name).throttle];
        this.#buckets.set(name, new TokenBucket(ratePerSecond, burst));
      }
    const caches = world.stage.edge.originShield ? 1 : world.constants.regionalCaches;
    const { shop, payload, stage, constants, usage } = world;
    const { requestBytes: uploadBytes = 0 } = payload;
    this.#visitors = new Visitors({ shop, stage, constants, usage, caches, uploadBytes }, peakOrders);
  }

  /** Requests of `orders` customers who arrive in a step. @param others concurrency of the workers */
  step(orders: number, others: number): Accepted {
    const { shop, usage } = this.#world;
    const asked = this.#visitors.ask(orders, this.#world.seconds);
    const passed = this.#throttle(asked);
    this.#limitRate(passed);
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

  #throttle(asked: Requests): Requests {
    const { tracker, now, seconds, usage } = this.#world;
    let origin = 0;
    for (const name of plannedRoutes) origin += asked[name];
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

  /** Even short invocations are limited by their rate, for all functions of the account together. */
  #limitRate(passed: Requests): void {
    const { tracker, now, seconds, constants } = this.#world;
    let invocations = 0;
    for (const name of plannedRoutes) invocations += passed[name];
    const limit = constants.accountConcurrency * constants.requestsPerEnvironment;
    const share = Math.min(1, (limit * seconds) / Math.max(invocations, 1e-9));
    tracker.observe('account.requestRate', now, {
      unit: 'requests/s',
      demand: invocations / seconds,
      limit,
      offered: invocations,
      refused: invocations * (1 - share),
      reason: 'FunctionInvocationRateLimitExceeded',
      seconds,
    });
    if (share < 1) for (const name of plannedRoutes) passed[name] *= share;
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
    const load = { invocations, seconds: each, others: others + other.counted, atRandom: true };
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
