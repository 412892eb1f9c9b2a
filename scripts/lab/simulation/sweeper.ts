import { sweepProgress } from '../../../functions/contracts/sweep-progress.ts';
import { isOpen, type Order } from '../../../functions/domain/order.ts';
import { traceIdIn } from './clients/traces.ts';
import type { Plan, SweeperPlan } from './plan.ts';
import type { Violation } from './world/outcome.ts';
import type { Scheduler } from './world/scheduler.ts';

/** Must match `functions/sweeper/policies.ts`. */
export const leaseMs = 60_000;
/** Longest time between two turns of an order, in multiples of `stuckMs`. Must match `functions/domain/open-order.ts`. */
export const longestTurnGap = 4;
/** Largest clock error, and longest pause. */
export const wrongByMs = 3_600_000;
/** Sweeps after the last loss; each order is due once more during them. */
export const quietSweeps = { everyMs: 100_000, count: 8 };

/** Calls, in any cloud, that may write progress. */
const writes = ['TransactWriteCommand', 'write COORDINATION', 'commit'];

/** The sweeper's entry on its timer, sometimes two runs at a time, while messages are lost. */
export class Sweeper {
  /** Trace ids that sweeps began. */
  readonly traces = new Set<string>();
  readonly #scheduler: Scheduler;
  readonly #plan: SweeperPlan;
  readonly #rightClocks: boolean;
  readonly #sweep: () => Promise<void>;
  readonly #chance: () => number;
  readonly #progress: string[] = [];

  constructor(scheduler: Scheduler, { rightClocks }: Plan, plan: SweeperPlan, sweep: () => Promise<void>) {
    this.#scheduler = scheduler;
    this.#rightClocks = rightClocks;
    this.#plan = plan;
    this.#sweep = sweep;
    this.#chance = scheduler.draw('lost');
  }

  /** Decides whether a message accepted by the queue is lost. */
  loses(body?: string, sender?: string): boolean {
    if (body !== undefined && sender !== undefined) this.noteTrace(body, sender);
    return this.#scheduler.now < this.#plan.lossUntilMs && this.#chance() < this.#plan.lost;
  }

  noteTrace(body: string, sender: string): void {
    if (sender.startsWith('sweeper-'))
      this.traces.add(traceIdIn(String((JSON.parse(body) as { traceparent: string }).traceparent)));
  }

  start(): void {
    const { everyMs, lossUntilMs } = this.#plan;
    let run = 0;
    for (let atMs = everyMs; atMs < lossUntilMs; atMs += everyMs, run++) {
      this.#run(`sweeper-${run}`, atMs);
      if (this.#chance() < 0.5) this.#run(`sweeper-${run}-beside`, atMs + this.#chance() * 2_000);
    }
    // With wrong clocks, an order may be due only hours later.
    for (let more = 0; this.#rightClocks && more < quietSweeps.count; more++)
      this.#run(`sweeper-${run + more}`, lossUntilMs + more * quietSweeps.everyMs);
  }

  /**
   * Final runs without faults; the second finishes the work of the first. By then, open orders had a turn when they were
   * twice as old as any clock has seen.
   */
  last(): void {
    const atMs = this.#scheduler.now + 2 * wrongByMs + (1 + longestTurnGap) * this.#plan.stuckMs;
    this.#run('sweeper-last', atMs);
    this.#run('sweeper-very-last', 2 * atMs);
  }

  noted(text: string): void {
    const { toMs, bucket, after } = sweepProgress.parse(JSON.parse(text));
    const padded = [toMs, bucket].map((number) => String(number).padStart(15, '0'));
    this.#progress.push([...padded, after?.acceptedAt ?? '', after?.orderId ?? ''].join(' '));
  }

  violations(orders: readonly Order[]): Violation[] {
    const back = this.#progress.find((place, index) => place <= (this.#progress[index - 1] ?? ''));
    const left = orders.filter(isOpen).map(({ orderId, state }) => `${orderId} is still ${state}`);
    if (back !== undefined) left.push(`the sweep moved back to ${back}`);
    return left.map((text) => ({ invariant: 'sweep', text }));
  }

  #run(name: string, atMs: number): void {
    const draw = this.#scheduler.draw(name);
    const process = this.#scheduler.process(name);
    // A leader pauses between reading and writing its progress.
    const isCalm = () => this.#scheduler.now >= this.#plan.lossUntilMs;
    process.pauseBefore = (call) => (!isCalm() && writes.includes(call) && draw() < 0.02 ? draw() * 4 * leaseMs : 0);
    this.#scheduler.after(atMs, process, () => {
      // The next run resumes where this one failed.
      this.#sweep().then(
        () => {
          process.alive = false;
        },
        (error) => this.#scheduler.trace(name, String(error.name)),
      );
    });
  }
}
