import type { Luck } from '../../../dynamodb/luck.ts';
import type { Draw } from './random.ts';
import type { Process, Scheduler } from './scheduler.ts';

/** Faults that a store call can meet. */
export const fates = ['crash before', 'crash after', 'busy', 'conflict', 'lost', 'stall'] as const;
export type Fate = (typeof fates)[number];

export interface FaultRates {
  /** Probability per call, by fate. */
  readonly rates: Readonly<Record<Fate, number>>;
  /** Virtual time after which no faults are injected, so that the system can settle. */
  readonly untilMs: number;
  /** Faults to skip, as `process/call`: used to shrink a failing run. */
  readonly skipped: ReadonlySet<string>;
}

/** A store's work, answered now or later. The caller sees an error as a throw. */
export interface Call<Answer> {
  readonly name: string;
  readonly execute: (answer: (outcome: Answer | Error) => void, luck: Luck) => void;
  /** Answer to a throttled call. */
  readonly busy: (pick: number) => Answer | Error;
  /** The client's result when its answer is lost. */
  readonly lost: () => Answer | Error;
}

export interface CallMaker {
  readonly scheduler: Scheduler;
  make<Answer>(call: Call<Answer>): Promise<Answer>;
  /** Records that a caller broke a service limit. @returns the service's error */
  refuse(text: string): Error;
}

/** Varies fault rates by seed: some runs are calm and some wild, so that rare faults also occur alone. */
export function drawRates(draw: Draw): FaultRates['rates'] {
  const strength = () => [0, 0, 0.5, 1, 2][Math.floor(draw() * 5)] ?? 1;
  return Object.fromEntries(fates.map((fate) => [fate, baseRates[fate] * strength()])) as Record<Fate, number>;
}

const baseRates = { 'crash before': 0.02, 'crash after': 0.02, busy: 0.05, conflict: 0.05, lost: 0.05, stall: 0.01 };

/** Longer than the visibility timeout, so a process that resumes is a zombie. */
const stallMs = 90_000;

/** Routes every store call; each takes time and may fail. */
export class Calls implements CallMaker {
  readonly scheduler: Scheduler;
  /** Faults injected so far, as `process/call`. */
  readonly injected: string[] = [];
  /** Requests that broke a limit of their service. */
  readonly refused: string[] = [];
  /** End of the run's last fault, in simulated milliseconds. */
  lastFaultMs = 0;
  readonly #faults: FaultRates;
  #calm = false;

  constructor(scheduler: Scheduler, faults: FaultRates) {
    this.scheduler = scheduler;
    this.#faults = faults;
  }

  stopFaults(): void {
    this.#calm = true;
  }

  /** True once no more faults happen. */
  get isCalm(): boolean {
    return this.#calm || this.scheduler.now >= this.#faults.untilMs;
  }

  resumeFaults(): void {
    this.#calm = false;
  }

  refuse(text: string): Error {
    this.refused.push(text);
    return Object.assign(new Error(text), { name: 'ValidationException' });
  }

  make<Answer>(call: Call<Answer>): Promise<Answer> {
    const process = this.scheduler.current;
    if (!process) throw new Error(`${call.name} was called outside a process; schedule the caller with an owner`);
    return new Promise((resolve, reject) => {
      const { there, back, pick, fate } = this.#drawOutcome(process);
      const answer = (outcome: Answer | Error) => {
        this.scheduler.after(back, process, () => {
          if (fate === 'crash after') this.scheduler.kill(process);
          if (!process.alive) return;
          const seen = fate === 'lost' ? call.lost() : outcome;
          this.scheduler.trace(process.name, seen instanceof Error ? `${call.name}: ${seen.name}` : call.name);
          if (seen instanceof Error) reject(seen);
          else resolve(seen);
        });
      };
      if (fate === 'crash before') this.scheduler.kill(process);
      if (!process.alive) return;
      this.scheduler.after(there + (process.pauseBefore?.(call.name) ?? 0), undefined, () => {
        if (fate === 'busy') return answer(call.busy(pick));
        call.execute(answer, { conflict: fate === 'conflict', pick });
      });
    });
  }

  // Always four draws per call: skipping one fault must not change the others.
  #drawOutcome(process: Process): { there: number; back: number; pick: number; fate: Fate | undefined } {
    const [chance, there, back, pick] = [process.draw(), process.draw(), process.draw(), process.draw()];
    const fate = this.#drawFate(`${process.name}/${process.calls++}`, chance);
    const wait = (draw: number) => 1 + draw * draw * 40;
    return { there: wait(there), back: wait(back) + (fate === 'stall' ? stallMs : 0), pick, fate };
  }

  #drawFate(name: string, chance: number): Fate | undefined {
    const { rates, skipped } = this.#faults;
    if (this.isCalm) return undefined;
    let rest = chance;
    for (const fate of fates) {
      rest -= rates[fate];
      if (rest >= 0) continue;
      if (skipped.has(name)) return undefined;
      this.injected.push(name);
      this.lastFaultMs = Math.max(this.lastFaultMs, this.scheduler.now + (fate === 'stall' ? stallMs : 0));
      this.scheduler.trace(name, fate);
      return fate;
    }
    return undefined;
  }
}
