import type { ServiceRule } from './cloud-model.ts';

export interface Work {
  readonly invocations: number;
  /** Duration of one invocation; `coreSeconds`: its processor time. */
  readonly seconds: number;
  readonly coreSeconds: number;
}

/** Standard deviations of load fluctuation for which instances are kept. */
const deviations = 3;
const idleSeconds = 300;

/**
 * Instances of one service. They grow at a limited pace, and handle several items at once until their cores are busy.
 */
export class Instances {
  count = -1;
  /** Number started in the last step. */
  started = 0;
  needed = 0;
  readonly rule: ServiceRule;
  readonly #growth: number;

  constructor(rule: ServiceRule, growth: number) {
    this.rule = rule;
    this.#growth = growth;
  }

  /** Invocations per second of one instance. */
  paceOf({ seconds, coreSeconds }: Work): number {
    return Math.min(this.rule.atOnce / seconds, this.rule.cores / Math.max(coreSeconds, 1e-9));
  }

  /** @returns the number of invocations that the instances can process in the step */
  grow(work: Work, stepSeconds: number): number {
    const pace = this.paceOf(work);
    const concurrency = (work.invocations / stepSeconds) * work.seconds;
    const peak = concurrency + deviations * Math.sqrt(concurrency);
    this.needed = Math.max(this.rule.minInstances, Math.ceil(peak / (pace * work.seconds)));
    const wanted = Math.min(this.rule.maxInstances, this.needed);
    // The load before the run is assumed to equal the load at its start.
    if (this.count < 0) this.count = wanted;
    this.started = Math.max(0, Math.min(wanted - this.count, this.#growth * stepSeconds));
    this.count += this.started;
    if (wanted < this.count) this.count -= (this.count - wanted) * Math.min(1, stepSeconds / idleSeconds);
    return this.count * pace * stepSeconds;
  }

  get isAtMost(): boolean {
    return this.count >= this.rule.maxInstances * 0.999;
  }

  /** Billed instance-seconds: the time in which an instance has work, with a minimum for each invocation. */
  activeSeconds({ invocations, seconds }: Work, billedSeconds: number, stepSeconds: number): number {
    if (this.count <= 0) return 0;
    const perInstance = ((invocations / stepSeconds) * Math.max(seconds, billedSeconds)) / this.count;
    return this.count * (1 - Math.exp(-perInstance)) * stepSeconds;
  }
}
