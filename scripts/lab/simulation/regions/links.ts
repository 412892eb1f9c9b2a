import type { Luck } from '../../../dynamodb/luck.ts';
import { failure } from '../channels.ts';
import type { Call, CallMaker } from '../world/calls.ts';
import type { Draw } from '../world/random.ts';
import type { Scheduler } from '../world/scheduler.ts';
import { healthyMs, type Region, type RegionsPlan } from './plan.ts';
import type { ClientSettings } from './sdk.ts';

const timeout = failure('TimeoutError');

interface Parts {
  readonly scheduler: Scheduler;
  readonly plan: Pick<RegionsPlan, 'links' | 'cuts'>;
  readonly isLost: (region: Region) => boolean;
}

/** Connections between the regions: cut for a while, or for good when a region is lost. */
export class Links {
  /** Calls that were lost or late so far. */
  readonly troubles: string[] = [];
  readonly #scheduler: Scheduler;
  readonly #plan: Parts['plan'];
  readonly #isLost: Parts['isLost'];
  readonly #draws = new Map<string, Draw>();
  readonly #troubledMs = new Map<string, number>();
  #openedMs = Number.POSITIVE_INFINITY;

  constructor({ scheduler, plan, isLost }: Parts) {
    this.#scheduler = scheduler;
    this.#plan = plan;
    this.#isLost = isLost;
  }

  open(): void {
    this.#openedMs = this.#scheduler.now;
  }

  reaches(from: Region, to: Region): boolean {
    return !this.#isLost(from) && !this.#isLost(to) && this.healsAtMs(from, to) === undefined;
  }

  /** End of the current cut between two regions; undefined if there is none. */
  healsAtMs(one: Region, other: Region): number | undefined {
    const sinceMs = this.#scheduler.now - this.#openedMs;
    const now = this.#between(one, other).filter(({ fromMs, toMs }) => fromMs <= sinceMs && sinceMs < toMs);
    return now.length > 0 ? this.#openedMs + Math.max(...now.map(({ toMs }) => toMs)) : undefined;
  }

  /** Whether everything sent between two regions since a time arrived without delay. */
  wereCalm(one: Region, other: Region, sinceMs: number): boolean {
    if (this.#isLost(one) || this.#isLost(other)) return false;
    const isCut = this.#between(one, other).some(
      ({ fromMs, toMs }) => this.#openedMs + fromMs <= this.#scheduler.now && this.#openedMs + toMs >= sinceMs,
    );
    return !isCut && (this.#troubledMs.get(toPair(one, other)) ?? 0) < sinceMs;
  }

  /** Milliseconds until a replicated row arrives. */
  drawLagMs(from: Region, to: Region): number {
    const chance = this.#draw(`${from} replicates to ${to}`);
    return 20 + chance * chance * this.#plan.links.lagMs;
  }

  /**
   * Carries one request to another region and its answer back. Without a timely answer the SDK retries, and the first
   * attempt may still take effect, even after the second. A retried transaction runs again: the simulation ignores
   * idempotency tokens, because the code must not depend on them.
   */
  carry(from: Region, to: Region, { maxAttempts, requestHandler }: ClientSettings, run: Run, answer: Answered): void {
    const { requestTimeout } = requestHandler;
    let over = false;
    const end = (outcome: object | Error) => {
      if (!over) answer(outcome);
      over = true;
    };
    const send = (attempt: number) => {
      if (over) return;
      if (attempt === maxAttempts) {
        this.#note(from, to, 'no answer in time');
        return end(timeout);
      }
      for (const delayMs of this.#drawDelays(from, to)) this.#arrive(from, to, delayMs, run, end);
      this.#scheduler.after(requestTimeout, undefined, () => send(attempt + 1));
    };
    send(0);
  }

  #arrive(from: Region, to: Region, delayMs: number, run: Run, answer: Answered): void {
    const [backMs] = this.#drawDelays(to, from);
    if (!this.reaches(from, to)) {
      this.#note(from, to, 'a call is cut off');
      return;
    }
    this.#scheduler.after(delayMs, undefined, () => {
      // Calls already sent by a lost region still arrive.
      if (this.#isLost(to)) return;
      run((outcome) => {
        if (backMs === undefined) return this.#note(from, to, 'an answer is lost');
        this.#scheduler.after(backMs, undefined, () => {
          if (this.reaches(from, to)) answer(outcome);
        });
      });
    });
  }

  /** Draws one delay per copy that arrives. */
  #drawDelays(from: Region, to: Region): number[] {
    const { lost, twice, late } = this.#plan.links;
    const isHealthy = this.#scheduler.now - this.#openedMs >= healthyMs || this.#openedMs === Number.POSITIVE_INFINITY;
    const draw = () => this.#draw(`${from} calls ${to}`);
    const [loss, again, delay, length] = [draw(), draw(), draw(), draw()];
    const ms = 5 + length ** 2 * 80;
    if (isHealthy) return [ms];
    const lateMs = delay < late ? length * 4_000 : 0;
    if (loss < lost || lateMs > 0) this.#note(from, to, 'lost or late');
    if (loss < lost) return [];
    return again < twice ? [ms + lateMs, ms + lateMs + length * 5_000] : [ms + lateMs];
  }

  #note(from: Region, to: Region, what: string): void {
    const { now } = this.#scheduler;
    this.#troubledMs.set(toPair(from, to), now);
    this.troubles.push(`${from} to ${to}: ${what}`);
    this.#scheduler.trace(`${from} to ${to}`, what);
  }

  #between(one: Region, other: Region) {
    return this.#plan.cuts.filter(({ between }) => between.includes(one) && between.includes(other));
  }

  #draw(name: string): number {
    const draw = this.#draws.get(name) ?? this.#scheduler.draw(name);
    this.#draws.set(name, draw);
    return draw();
  }
}

type Answered = (outcome: object | Error) => void;
/** Executes the call in the other region's store. */
type Run = (answer: Answered) => void;

const toPair = (one: Region, other: Region) => [one, other].sort().join(' ');

/** Routes calls of one region's functions to another region's store. */
export function callsTo(
  calls: CallMaker,
  links: Links,
  way: { from: Region; to: Region },
  settings: ClientSettings,
): CallMaker {
  const { from, to } = way;
  return {
    scheduler: calls.scheduler,
    refuse: (text) => calls.refuse(text),
    make<Answer>(call: Call<Answer>) {
      return calls.make<Answer>({
        ...call,
        name: `${call.name} in ${to}`,
        execute: (answer, luck: Luck) =>
          links.carry(from, to, settings, (done) => call.execute(done as never, luck), answer as never),
      });
    },
  };
}
