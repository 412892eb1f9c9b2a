import {
  type BreakerSettings,
  closed,
  countCall,
  emptyWindow,
  exceedsThreshold,
  type FailureWindow,
  judge,
  type KnownBreaker,
  opened,
  probing,
} from '../../../functions/domain/breaker.ts';
import { breakerRules, ordersAtOnce } from '../../../functions/fulfilment/limits.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import type { Outage } from './faults.ts';

export type Gate = 'open to calls' | 'refuses' | 'fails';

/** The partner, and the domain's breaker, which all environments share. */
export class PartnerBreaker {
  readonly #outages: readonly Outage[];
  readonly #settings: BreakerSettings;
  readonly #failedCallSeconds: number;
  #breaker: KnownBreaker;
  #window: FailureWindow = emptyWindow;
  #nextFailure = 0;

  constructor(stage: Stage, outages: readonly Outage[], failedCallSeconds: number) {
    this.#outages = outages;
    this.#settings = { ...breakerRules, openMs: stage.fulfilment.breakerOpenSeconds * 1_000 };
    this.#failedCallSeconds = failedCallSeconds;
  }

  isDown(now: number): boolean {
    return this.#outages.some(({ from, to }) => now >= from && now < to);
  }

  /** The outcome of a call at this time. */
  pass(now: number): Gate {
    const nowMs = now * 1_000;
    const down = this.isDown(now);
    switch (judge(this.#breaker, nowMs)) {
      case 'refuse':
        return 'refuses';
      case 'elect a probe': {
        const probe = probing(this.#breaker, nowMs, this.#settings);
        this.#breaker = down ? opened(probe, nowMs + this.#failedCallSeconds * 1_000, this.#settings) : closed(probe);
        return down ? 'refuses' : 'open to calls';
      }
      case 'pass':
        return down ? this.#fail(now) : 'open to calls';
    }
  }

  /** All calls of one environment fail, and each takes as long as the timeout. */
  #fail(now: number): Gate {
    if (now < this.#nextFailure) return 'fails';
    this.#nextFailure = now + this.#failedCallSeconds;
    for (let call = 0; call < ordersAtOnce; call++)
      this.#window = countCall(this.#window, true, now * 1_000, this.#settings);
    if (!exceedsThreshold(this.#window, this.#settings)) return 'fails';
    this.#window = emptyWindow;
    this.#breaker = opened(this.#breaker, now * 1_000, this.#settings);
    return 'refuses';
  }
}
