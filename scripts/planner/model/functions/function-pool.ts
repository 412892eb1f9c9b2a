import type { Service } from '../../../../stacks/model/services.ts';
import type { World } from '../world.ts';
import { Environments } from './environments.ts';
import { Provisioned } from './provisioned.ts';

/** Deviations above the mean of a Poisson count. It stays below this in 99.9 % of all moments. */
const deviations = 3;

export interface PoolLoad {
  readonly invocations: number;
  /** For one invocation. */
  readonly seconds: number;
  /** Concurrency that other functions take from the account. */
  readonly others: number;
  /** False: the caller already knows the concurrency. */
  readonly atRandom: boolean;
}

/** The environments of one function. */
export class FunctionPool {
  readonly service: Service;
  readonly #world: World;
  readonly #environments: Environments;
  readonly #provisioned: Provisioned | null;
  readonly #startsAt: number;
  /** Cold starts and invocations of the last ten seconds. */
  #recent = { begin: 0, coldStarts: 0, invocations: 0, needed: 0 };
  /** Share of cold starts in this time step. */
  coldShare = 0;
  /** Concurrency that the account refused in this step. */
  refusedByAccount = 0;
  /** Set by a worker whose messages wait too long because the account refuses their batches. */
  isHeldUp = false;

  constructor(service: Service, world: World, startsAt: number) {
    const { constants, stage } = world;
    this.service = service;
    this.#world = world;
    this.#startsAt = startsAt;
    this.#environments = new Environments(
      {
        burst: constants.scalingStep,
        step: constants.scalingStep,
        seconds: constants.scalingSeconds,
        continuous: true,
      },
      constants.idleSeconds,
    );
    const { provisioned } = stage.functions[service];
    this.#provisioned = provisioned && new Provisioned(provisioned, constants, startsAt);
  }

  /** All environments, including idle ones. */
  get held(): number {
    return (this.#provisioned?.held ?? 0) + this.#environments.warm;
  }

  get provisioned(): number {
    return this.#provisioned?.held ?? 0;
  }

  /** Concurrency that counts against the account's limit: provisioned, and on-demand in use. */
  get counted(): number {
    return (this.#provisioned?.held ?? 0) + this.#environments.busy;
  }

  /** @returns the share of the invocations that found an environment */
  serve({ invocations, seconds, others, atRandom }: PoolLoad): number {
    const { constants, seconds: step, now } = this.#world;
    const mean = (invocations / step) * seconds;
    const needed = mean + (atRandom ? deviations * Math.sqrt(mean) : 0);
    const held = this.#provisioned?.held ?? 0;
    const most = Math.max(0, constants.accountConcurrency - others - held);
    const { served, coldStarts } = this.#environments.serve(needed, held, most, step);
    this.refusedByAccount = Math.max(0, needed - held - most);
    this.#provisioned?.step(mean, now, this.#startsAt + now);
    const share = needed === 0 ? 1 : Math.min(1, served / needed);
    this.#count(invocations * share, seconds, held / Math.max(needed, 1e-9), coldStarts);
    if (atRandom) this.#observeColdStarts(invocations, coldStarts, needed);
    return share;
  }

  #count(invocations: number, seconds: number, provisionedShare: number, coldStarts: number): void {
    const count = this.#world.usage.of(this.service);
    const inProvisioned = Math.min(1, provisionedShare);
    count.invocations += invocations;
    count.seconds += invocations * seconds * (1 - inProvisioned);
    count.provisionedSeconds += invocations * seconds * inProvisioned;
    count.heldSeconds += (this.#provisioned?.held ?? 0) * this.#world.seconds;
    count.coldStarts += coldStarts;
    const { invocationLogBytes } = this.#world.constants;
    this.#world.usage.logBytes += invocations * invocationLogBytes;
    this.coldShare = invocations > 0 ? Math.min(1, coldStarts / invocations) : 0;
  }

  #observeColdStarts(invocations: number, coldStarts: number, needed: number): void {
    const { tracker, now, budget, seconds } = this.#world;
    const recent = this.#recent;
    recent.coldStarts += coldStarts;
    recent.invocations += invocations;
    recent.needed = Math.max(recent.needed, needed);
    if (now + seconds - recent.begin < 10) return;
    const share = recent.invocations > 0 ? recent.coldStarts / recent.invocations : 0;
    // With fewer requests in ten seconds, the share is not significant.
    const counts = recent.invocations >= 100;
    tracker.observe(`${this.service}.coldStarts`, recent.begin, {
      unit: 'share of 10 s',
      count: recent.needed,
      demand: counts ? share : 0,
      limit: budget.coldStartShare,
      offered: recent.invocations,
      refused: 0,
      reason: 'cold start',
      broken: counts && share > budget.coldStartShare,
      seconds: 10,
    });
    this.#recent = { begin: now + seconds, coldStarts: 0, invocations: 0, needed: 0 };
  }
}
