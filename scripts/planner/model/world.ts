import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import type { Elsewhere } from '../clouds/cloud-model.ts';
import type { Budget, Profile, Shop } from '../profile/schema.ts';
import type { Calibration, MeasuredDurations, StepName } from '../types.ts';
import type { Constants } from './assumptions.ts';
import { type DurationModel, type ProcessorTimes, secondsOf } from './functions/durations.ts';
import { Random } from './random.ts';
import { Stores } from './stores.ts';
import { Tracker } from './tracker.ts';
import { UsageCounter } from './usage.ts';

export interface Scenario {
  readonly stage: Stage;
  readonly profile: Profile;
  readonly calibration: Calibration;
  readonly processor: ProcessorTimes;
  readonly measured: MeasuredDurations;
  readonly constants: Constants;
  /** Undefined on AWS. */
  readonly elsewhere: Elsewhere | undefined;
}

/** State shared by the parts of one run: time, stores, counters. */
export class World {
  readonly stage: Stage;
  readonly shop: Shop;
  readonly payload: Profile['payload'];
  readonly budget: Budget;
  readonly constants: Constants;
  readonly calibration: Calibration;
  readonly tracker = new Tracker();
  readonly usage = new UsageCounter();
  readonly seed: number;
  readonly random: Random;
  now = 0;
  seconds = 1;
  readonly #durations: DurationModel;
  readonly #stores: Stores;

  constructor(scenario: Scenario) {
    const { stage, profile, constants, calibration } = scenario;
    this.stage = stage;
    this.shop = profile.shop;
    this.payload = profile.payload;
    this.budget = profile.budget;
    this.constants = constants;
    this.calibration = calibration;
    this.#durations = scenario;
    this.seed = profile.seed;
    this.random = new Random(profile.seed);
    this.#stores = new Stores(stage, calibration, constants, this.usage);
  }

  /** Duration of one invocation. */
  secondsOf(step: StepName, orders = 1, groups = 1): number {
    return secondsOf(step, orders, groups, this.#durations);
  }

  /** Calls the stores for some orders. @returns the share that is served, 0 to 1 */
  useStores(step: StepName, orders: number, groups = 0): number {
    return this.#stores.use(step, orders, groups, this.now, this.seconds);
  }

  endStep(): void {
    this.#stores.endStep(this.tracker, this.now, this.seconds);
    this.#stores.addHeld(this.seconds);
    this.now += this.seconds;
  }
}
