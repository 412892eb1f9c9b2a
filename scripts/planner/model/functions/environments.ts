/** Limits on a function's new environments. */
export interface ScalingRule {
  /** Number of new environments at once, at the start. */
  readonly burst: number;
  readonly step: number;
  readonly seconds: number;
  /** True: refilled evenly, up to `step`. False: an additional step at each interval. */
  readonly continuous: boolean;
}

export interface Served {
  /** Concurrency that was served. */
  readonly served: number;
  readonly coldStarts: number;
}

/** On-demand environments of one function, in addition to provisioned ones. */
export class Environments {
  /** Existing environments, busy or idle. */
  warm = 0;
  /** Environments in use: only they count against the account's limit. */
  busy = 0;
  readonly #rule: ScalingRule;
  readonly #idleSeconds: number;
  #tokens: number;
  #sinceStep = 0;

  constructor(rule: ScalingRule, idleSeconds: number) {
    this.#rule = rule;
    this.#idleSeconds = idleSeconds;
    this.#tokens = rule.burst;
  }

  /**
   * Serves a concurrency for some seconds.
   *
   * @param most limit of the account on these environments in use
   */
  serve(needed: number, provisioned: number, most: number, seconds: number): Served {
    const spilled = Math.max(0, needed - provisioned);
    const coldStarts = Math.max(0, Math.min(Math.min(spilled, most) - this.warm, this.#tokens));
    this.warm += coldStarts;
    this.#tokens -= coldStarts;
    const used = Math.min(spilled, this.warm, most);
    this.busy = used;
    this.warm -= (this.warm - used) * Math.min(1, seconds / this.#idleSeconds);
    this.#refill(seconds);
    return { served: Math.min(needed, provisioned) + used, coldStarts };
  }

  #refill(seconds: number): void {
    const { step, seconds: interval, continuous } = this.#rule;
    if (continuous) {
      this.#tokens = Math.min(step, this.#tokens + (step / interval) * seconds);
      return;
    }
    this.#sinceStep += seconds;
    while (this.#sinceStep >= interval) {
      this.#sinceStep -= interval;
      this.#tokens += step;
    }
  }
}
