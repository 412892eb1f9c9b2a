import { shardCountFor } from '../../../functions/domain/sharding.ts';
import type { CloudService } from '../../../stacks/model/clouds/scaling.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { Random } from '../model/random.ts';
import { Tracker } from '../model/tracker.ts';
import { UsageCounter } from '../model/usage.ts';
import type { Scenario } from '../model/world.ts';
import type { Budget, Shop } from '../profile/schema.ts';
import type { StepName } from '../types.ts';
import type { CloudCalibration } from './calibration/work.ts';
import type { CloudRules, Elsewhere } from './cloud-model.ts';
import type { Instances, Work } from './instances.ts';
import { Meters } from './meters.ts';

/** State shared by the parts of one run on another cloud. */
export class CloudWorld {
  readonly stage: Stage;
  readonly shop: Shop;
  readonly budget: Budget;
  /** Assumptions about the shop and its visitors, the same on every cloud. */
  readonly constants: Scenario['constants'];
  readonly calibration: CloudCalibration;
  readonly rules: CloudRules;
  readonly shards: number;
  readonly tracker = new Tracker();
  readonly usage = new UsageCounter();
  readonly meters: Meters;
  readonly random: Random;
  readonly seed: number;
  now = 0;
  seconds = 1;
  readonly #processor: Scenario['processor'];
  readonly #measured: Scenario['measured'];

  constructor(scenario: Scenario, { model, calibration, constants }: Elsewhere, peakOrders: number) {
    const { stage, profile } = scenario;
    this.stage = stage;
    this.shop = profile.shop;
    this.budget = profile.budget;
    this.constants = scenario.constants;
    this.calibration = calibration;
    const { hot, shards } = profile.shop;
    this.shards = shards ?? shardCountFor((peakOrders * hot.share) / hot.products);
    this.rules = model.rules({ stage, shop: profile.shop, shards: this.shards, constants });
    this.meters = new Meters(this.rules.meters, calibration, this.usage.counts);
    this.seed = profile.seed;
    this.random = new Random(profile.seed);
    this.#processor = scenario.processor;
    this.#measured = scenario.measured;
  }

  /** Duration of one invocation, and its processor time, in seconds. */
  workOf(step: StepName): Omit<Work, 'invocations'> {
    const { service, perOrder, perGroup } = this.calibration.steps[step];
    const { perCallMs, perOrderMs } = this.#processor[service];
    const measured = this.#measured[service]?.[0]?.p50Ms;
    const coreSeconds = (perCallMs + perOrderMs) / 1_000;
    if (measured !== undefined) return { seconds: measured / 1_000, coreSeconds };
    const cores = service === 'invalidation' ? 1 : Math.min(1, this.rules.services[service].cores);
    const waits = (perOrder.roundTrips + perGroup.roundTrips) * this.rules.storeSeconds;
    const partner = perOrder.partnerCalls * this.constants.partnerSeconds;
    return { seconds: coreSeconds / cores + waits + partner, coreSeconds };
  }

  /** Adds the instances' work in this step to the bill's counts. */
  bill(service: CloudService, instances: Instances, work: Work): void {
    const active = instances.activeSeconds(work, this.rules.billedSeconds, this.seconds);
    this.count(`active.${service}`, active);
    this.count(`ready.${service}`, Math.min(active, instances.rule.minInstances * this.seconds));
    this.count(`invocations.${service}`, work.invocations);
  }

  count(name: string, by: number): void {
    this.usage.count(name, by);
  }

  endStep(): void {
    this.meters.endStep(this.tracker, this.now, this.seconds);
    this.now += this.seconds;
  }
}
