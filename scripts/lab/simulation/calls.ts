import type { Draw } from './random.ts';
import type { Process, Scheduler } from './scheduler.ts';

/** What may happen to one call of a store, beside its answer. */
export const fates = ['crash before', 'crash after', 'busy', 'conflict', 'lost', 'stall'] as const;
export type Fate = (typeof fates)[number];

export interface FaultRates {
  /** Of each call, by fate. */
  readonly rates: Readonly<Record<Fate, number>>;
  /** Virtual time after which nothing goes wrong any more, so that the system can become quiet. */
  readonly untilMs: number;
  /** Faults that are left out, as `process/call`: how a failing run is made shorter. */
  readonly spared: ReadonlySet<string>;
}

/** A store's own work: it answers when it is done, at once or later. An answer that is an error is thrown to the caller. */
export interface Call<Answer> {
  readonly name: string;
  readonly execute: (answer: (outcome: Answer | Error) => void, conflict: boolean) => void;
  /** What a throttled call gets. */
  readonly busy: () => Answer | Error;
  /** What the client sees whose answer was lost. */
  readonly lost: () => Answer | Error;
}

export interface CallMaker {
  readonly scheduler: Scheduler;
  make<Answer>(call: Call<Answer>): Promise<Answer>;
}

/** A run of its own kind: some seeds are calm and some are wild, so that rare faults meet only where others stay away. */
export function drawRates(draw: Draw): FaultRates['rates'] {
  const strength = () => [0, 0, 0.5, 1, 2][Math.floor(draw() * 5)] ?? 1;
  return Object.fromEntries(fates.map((fate) => [fate, baseRates[fate] * strength()])) as Record<Fate, number>;
}

const baseRates = { 'crash before': 0.02, 'crash after': 0.02, busy: 0.05, conflict: 0.05, lost: 0.05, stall: 0.01 };

/** Longer than a queue hides a message: who wakes up again is a zombie. */
const stallMs = 90_000;

/** Every call of every store goes through here: it takes time, and it may go wrong. */
export class Calls implements CallMaker {
  readonly scheduler: Scheduler;
  /** The faults of this run, by name, as `process/call`. */
  readonly injected: string[] = [];
  readonly #faults: FaultRates;
  #calm = false;

  constructor(scheduler: Scheduler, faults: FaultRates) {
    this.scheduler = scheduler;
    this.#faults = faults;
  }

  stopFaults(): void {
    this.#calm = true;
  }

  resumeFaults(): void {
    this.#calm = false;
  }

  make<Answer>(call: Call<Answer>): Promise<Answer> {
    const process = this.scheduler.current;
    if (!process) throw new Error(`${call.name} is called by nobody`);
    return new Promise((resolve, reject) => {
      const { there, back, fate } = this.#fateOf(process);
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
      this.scheduler.after(there, undefined, () => {
        if (fate === 'busy') return answer(call.busy());
        call.execute(answer, fate === 'conflict');
      });
    });
  }

  // Three numbers a call, whatever they say: a fault that is left out changes no other one.
  #fateOf(process: Process): { there: number; back: number; fate: Fate | undefined } {
    const [chance, there, back] = [process.draw(), process.draw(), process.draw()];
    const fate = this.#drawFate(`${process.name}/${process.calls++}`, chance);
    const wait = (draw: number) => 1 + draw * draw * 40;
    return { there: wait(there), back: wait(back) + (fate === 'stall' ? stallMs : 0), fate };
  }

  #drawFate(name: string, chance: number): Fate | undefined {
    const { rates, untilMs, spared } = this.#faults;
    if (this.#calm || this.scheduler.now >= untilMs) return undefined;
    let rest = chance;
    for (const fate of fates) {
      rest -= rates[fate];
      if (rest >= 0) continue;
      if (spared.has(name)) return undefined;
      this.injected.push(name);
      this.scheduler.trace(name, fate);
      return fate;
    }
    return undefined;
  }
}
