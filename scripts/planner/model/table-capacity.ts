import type { TableBilling } from '../../../stacks/model/stages/stage-settings.ts';
import type { Constants } from './assumptions.ts';
import { TokenBucket } from './token-bucket.ts';

type Kind = 'read' | 'write';

const minute = 60;

/** A table's current limit, with DynamoDB's own name of the reason. */
export interface TableLimit {
  readonly perSecond: number;
  readonly reason: string;
}

/** Reads or writes of one table or index: a ceiling, and the capacity of an on-demand table before it has grown. */
export class TableCapacity {
  readonly #kind: Kind;
  readonly #billing: TableBilling;
  readonly #constants: Constants;
  readonly #bucket: TokenBucket;
  /** Maximum units per second in each finished minute. */
  readonly #minutes: number[] = [];
  #minuteUnits = 0;
  #minuteEnds = minute;
  #grown = 0;
  #refilledAt = -1;
  #refilledFor = 0;
  /** Provisioned capacity, for the bill. */
  held: number;

  constructor(kind: Kind, billing: TableBilling, constants: Constants) {
    this.#kind = kind;
    this.#billing = billing;
    this.#constants = constants;
    this.held = billing.mode === 'provisioned' ? billing[kind].minUnits : 0;
    const burst = billing.mode === 'provisioned' ? constants.burstSeconds : 1;
    this.#bucket = new TokenBucket(this.limit().perSecond, this.limit().perSecond * burst);
  }

  limit(): TableLimit {
    const name = this.#kind === 'read' ? 'TableRead' : 'TableWrite';
    if (this.#billing.mode === 'provisioned')
      return { perSecond: this.held, reason: `${name}ProvisionedThroughputExceeded` };
    const { maxReadUnitsPerSecond, maxWriteUnitsPerSecond, warm } = this.#billing;
    const ceiling = this.#kind === 'read' ? maxReadUnitsPerSecond : maxWriteUnitsPerSecond;
    const { warmReads, warmWrites, growthFactor } = this.#constants;
    const bought = this.#kind === 'read' ? warm?.readUnitsPerSecond : warm?.writeUnitsPerSecond;
    const served = Math.max(bought ?? 0, this.#kind === 'read' ? warmReads : warmWrites, growthFactor * this.#grown);
    return ceiling <= served
      ? { perSecond: ceiling, reason: `${name}MaxOnDemandThroughputExceeded` }
      : { perSecond: served, reason: `${name}KeyRangeThroughputExceeded` };
  }

  /** Share of the units that is granted, 0 to 1. */
  take(units: number, now: number, seconds: number): number {
    if (now !== this.#refilledAt) this.#refill(now, seconds);
    const granted = this.#bucket.draw(units);
    this.#count(granted, now + seconds);
    return units === 0 ? 1 : granted / units;
  }

  /** Refills once per time step, because several calls share its units. */
  #refill(now: number, seconds: number): void {
    const { perSecond } = this.limit();
    this.#bucket.rate = perSecond;
    this.#bucket.burst = Math.max(this.#bucket.burst, perSecond);
    // Idle time fills the bucket, too.
    this.#bucket.refill(this.#refilledAt < 0 ? seconds : now - this.#refilledAt + seconds - this.#refilledFor);
    this.#refilledAt = now;
    this.#refilledFor = seconds;
  }

  #count(units: number, now: number): void {
    this.#minuteUnits += units;
    if (now < this.#minuteEnds) return;
    const perSecond = this.#minuteUnits / minute;
    this.#minutes.push(perSecond);
    const age = Math.round(this.#constants.growthSeconds / minute);
    this.#grown = Math.max(this.#grown, this.#minutes[this.#minutes.length - 1 - age] ?? 0);
    this.#minuteUnits = 0;
    this.#minuteEnds += minute * Math.max(1, Math.ceil((now - this.#minuteEnds) / minute));
    this.#track(perSecond);
  }

  /**
   * Target tracking of a provisioned table: scales out after two minutes above its target, and never in within a run.
   */
  #track(perSecond: number): void {
    if (this.#billing.mode !== 'provisioned') return;
    const { minUnits, maxUnits, targetUtilizationPercent } = this.#billing[this.#kind];
    const before = this.#minutes.at(-2) ?? 0;
    const wanted = (Math.min(before, perSecond) * 100) / targetUtilizationPercent;
    this.held = Math.min(maxUnits, Math.max(minUnits, this.held, wanted));
  }
}
