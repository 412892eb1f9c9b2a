import { routes } from '../../../functions/contracts/routes.ts';
import { type PlannedRoute, plannedRoutes, type Requests, Visitors } from '../model/visitors.ts';
import type { CloudWorld } from './cloud-world.ts';
import { Instances } from './instances.ts';

type ApiFunction = 'catalog' | 'intake';
const reads = ['getProduct', 'getStock', 'listProducts', 'getOrder'] as const;
const serviceOf = (name: PlannedRoute) => routes.find((row) => row.name === name)?.service;
const ofService: Readonly<Record<ApiFunction, readonly PlannedRoute[]>> = {
  catalog: plannedRoutes.filter((name) => serviceOf(name) === 'catalog'),
  intake: plannedRoutes.filter((name) => serviceOf(name) === 'intake'),
};

/** CDN and API of a cloud whose instances serve several requests at once. */
export class CloudApi {
  readonly instances: Readonly<Record<ApiFunction, Instances>>;
  /** Share of the posts that waited for a new instance. */
  coldShare = 0;
  readonly #world: CloudWorld;
  readonly #visitors: Visitors;
  readonly #waiting: Record<ApiFunction, number> = { catalog: 0, intake: 0 };

  constructor(world: CloudWorld, peakOrders: number) {
    const { shop, stage, constants, usage, rules } = world;
    this.#world = world;
    this.#visitors = new Visitors(
      { shop, stage, constants, usage, caches: constants.regionalCaches, uploadBytes: 0 },
      peakOrders,
    );
    const start = (service: ApiFunction) => new Instances(rules.services[service], rules.growth.api);
    this.instances = { catalog: start('catalog'), intake: start('intake') };
  }

  step(orders: number): { readonly orders: number; readonly messages: number; readonly cancelled: number } {
    const { shop, usage, meters, seconds } = this.#world;
    const passed = this.#visitors.ask(orders, seconds);
    for (const service of ['catalog', 'intake'] as const) this.#serve(service, passed);
    for (const name of reads) meters.use(name, passed[name]);
    const first = passed.placeOrder / (1 + shop.repeatPosts);
    const fresh = first * meters.use('placeOrder', first);
    const again = (passed.placeOrder - first) * meters.use('repeatPost', passed.placeOrder - first);
    usage.orders += fresh;
    const cancelled = passed.cancelOrder * meters.use('cancelOrder', passed.cancelOrder);
    return { orders: fresh, messages: fresh + again, cancelled };
  }

  #serve(service: ApiFunction, passed: Requests): void {
    const { rules, seconds, constants } = this.#world;
    const instances = this.instances[service];
    let [arrived, busy, core] = [0, 0, 0];
    for (const name of ofService[service]) {
      const work = this.#world.workOf(name);
      arrived += passed[name];
      busy += passed[name] * work.seconds;
      core += passed[name] * work.coreSeconds;
    }
    if (arrived <= 0) return;
    const each = { seconds: busy / arrived, coreSeconds: core / arrived };
    const offered = arrived + this.#waiting[service];
    const room = instances.grow({ invocations: offered, ...each }, seconds);
    const served = Math.min(offered, room);
    const keeps = (room / seconds) * rules.pendingSeconds;
    const refused = Math.max(0, offered - served - keeps);
    const late = offered - served - refused;
    this.#waiting[service] = late;
    if (service === 'intake')
      this.coldShare = Math.min(1, (instances.started * instances.rule.atOnce + late) / offered);
    this.#world.bill(service, instances, { invocations: served, ...each });
    this.#world.count('log.bytes', served * (constants.logBytes + constants.accessLogBytes));
    this.#observe(service, arrived, refused);
    for (const name of ofService[service]) passed[name] *= served / arrived;
  }

  #observe(service: ApiFunction, offered: number, refused: number): void {
    const { tracker, now, seconds, rules } = this.#world;
    const { needed, rule } = this.instances[service];
    tracker.observe(`functions.${service}`, now, {
      ...{ unit: 'instances', demand: needed, count: needed, limit: rule.maxInstances },
      ...{ offered, refused, reason: rules.refusal, seconds },
    });
  }
}
