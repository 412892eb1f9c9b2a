import { TokenBucket } from '../model/token-bucket.ts';
import type { Tracker } from '../model/tracker.ts';
import { type StepName, stepNames } from '../types.ts';
import type { CloudCalibration, CloudWork } from './calibration/work.ts';
import type { MeterRule } from './cloud-model.ts';

/** A limit, and the load on it. */
class Meter {
  readonly rule: MeterRule;
  readonly #bucket: TokenBucket;
  /** Units asked for and refused since the last second. */
  #window = { seconds: 0, asked: 0, refused: 0 };
  /** Served load per second, sampled within the growth interval. */
  #served: { at: number; perSecond: number }[] = [];
  #grown = 0;

  constructor(rule: MeterRule) {
    this.rule = rule;
    this.#bucket = new TokenBucket(rule.perSecond, rule.perSecond);
  }

  get limit(): number {
    return Math.max(this.rule.perSecond, (this.rule.growth?.factor ?? 0) * this.#grown);
  }

  begin(seconds: number): void {
    this.#bucket.rate = this.limit;
    this.#bucket.refill(seconds);
  }

  /** @returns the granted share */
  take(units: number): number {
    const granted = this.rule.isEnforced ? this.#bucket.draw(units) : units;
    this.#window.asked += units;
    this.#window.refused += units - granted;
    return granted / units;
  }

  /** Limits are per second: a shorter burst is within the limit. */
  endStep(tracker: Tracker, now: number, stepSeconds: number): void {
    const window = this.#window;
    window.seconds += stepSeconds;
    if (window.seconds < 1 - 1e-6) return;
    const { id, unit, reason, isEnforced, isAdvice = false } = this.rule;
    const { seconds, asked, refused } = window;
    const [demand, limit] = [asked / seconds, this.limit];
    const broken = !isEnforced && !isAdvice && demand > limit;
    tracker.observe(id, now, { unit, demand, limit, offered: asked, refused, reason, broken, seconds });
    this.#grow(now, demand - refused / seconds);
    this.#window = { seconds: 0, asked: 0, refused: 0 };
  }

  #grow(now: number, perSecond: number): void {
    const { growth } = this.rule;
    if (!growth) return;
    this.#served.push({ at: now, perSecond });
    for (let first = this.#served[0]; first && first.at <= now - growth.seconds; first = this.#served[0]) {
      this.#grown = Math.max(this.#grown, first.perSecond);
      this.#served.shift();
    }
  }
}

interface Take {
  readonly meter: Meter;
  readonly perOrder: number;
  readonly perGroup: number;
}

interface Tally {
  readonly name: string;
  readonly perOrder: number;
  readonly perGroup: number;
}

interface Compiled {
  readonly takes: readonly Take[];
  readonly tallies: readonly Tally[];
}

/** The stores and queues of a cloud with their limits, and the units that each step takes from them. */
export class Meters {
  readonly #meters: readonly Meter[];
  readonly #steps: Readonly<Record<StepName, Compiled>>;
  readonly #counts: Map<string, number>;

  constructor(rules: readonly MeterRule[], calibration: CloudCalibration, counts: Map<string, number>) {
    this.#counts = counts;
    this.#meters = rules.map((rule) => new Meter(rule));
    const compiled = stepNames.map((step) => {
      const { perOrder, perGroup } = calibration.steps[step];
      const takes = this.#meters.map((meter) => {
        const { take, share } = meter.rule;
        return { meter, perOrder: take(perOrder) * share, perGroup: take(perGroup) * share };
      });
      return [
        step,
        { takes: takes.filter((one) => one.perOrder + one.perGroup > 0), tallies: toTallies(perOrder, perGroup) },
      ];
    });
    this.#steps = Object.fromEntries(compiled) as Record<StepName, Compiled>;
  }

  begin(seconds: number): void {
    for (const meter of this.#meters) meter.begin(seconds);
  }

  /** @returns the share of the orders that is served, 0 to 1 */
  use(step: StepName, orders: number, groups = 0): number {
    if (orders <= 0 && groups <= 0) return 1;
    const { takes, tallies } = this.#steps[step];
    let share = 1;
    for (const { meter, perOrder, perGroup } of takes) {
      const units = perOrder * orders + perGroup * groups;
      if (units > 0) share = Math.min(share, meter.take(units));
    }
    for (const { name, perOrder, perGroup } of tallies)
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + (perOrder * orders + perGroup * groups) * share);
    return share;
  }

  endStep(tracker: Tracker, now: number, seconds: number): void {
    for (const meter of this.#meters) meter.endStep(tracker, now, seconds);
  }
}

/** Counts that a bill needs: `stores.STOCK.writes`, `queues.outbox.messages`. */
function toTallies(perOrder: CloudWork, perGroup: CloudWork): Tally[] {
  const [own, shared] = [toCounts(perOrder), toCounts(perGroup)];
  return [...new Set([...own.keys(), ...shared.keys()])].map((name) => ({
    ...{ name, perOrder: own.get(name) ?? 0, perGroup: shared.get(name) ?? 0 },
  }));
}

function toCounts({ stores, queues, logBytes }: CloudWork): Map<string, number> {
  const numbers = (kind: string, parts: Readonly<Record<string, object>>) =>
    Object.entries(parts).flatMap(([name, work]) =>
      Object.entries<number>({ ...work }).map(([what, value]) => [`${kind}.${name}.${what}`, value] as const),
    );
  const all = [...numbers('stores', stores), ...numbers('queues', queues), ['log.bytes', logBytes] as const];
  return new Map(all.filter(([, value]) => value !== 0));
}
