import { fencedNotes, leaseStore } from '../../../functions/adapters/aws/lease.ts';
import { fulfilmentQueue } from '../../../functions/adapters/aws/messaging.ts';
import { openOrders } from '../../../functions/adapters/aws/open-orders.ts';
import { sweepProgress } from '../../../functions/contracts/sweep-progress.ts';
import { isOpen, type Order } from '../../../functions/domain/order.ts';
import { runAlone } from '../../../functions/resilience/lease.ts';
import { sweepStep } from '../../../functions/sweeper/sweep-orders.ts';
import type { SweeperPlan } from './plan.ts';
import type { Platform } from './platform.ts';
import { type RuntimePorts, traceparent } from './runtime.ts';
import type { Violation } from './world/outcome.ts';
import type { Scheduler } from './world/scheduler.ts';

const leaseMs = 5_000;
/** Largest clock error, and longest pause. */
const wrongByMs = 3_600_000;

export interface SweeperParts {
  readonly platform: () => Platform;
  readonly runtime: RuntimePorts;
}

/** The AWS sweeper on its timer, sometimes two at a time, while messages get lost. */
export class Sweeper {
  swept = 0;
  readonly #scheduler: Scheduler;
  readonly #plan: SweeperPlan;
  readonly #parts: SweeperParts;
  readonly #chance: () => number;
  readonly #progress: string[] = [];

  constructor(scheduler: Scheduler, plan: SweeperPlan, parts: SweeperParts) {
    this.#scheduler = scheduler;
    this.#plan = plan;
    this.#parts = parts;
    this.#chance = scheduler.draw('lost');
  }

  /** Whether a message that the queue accepted gets lost. */
  loses(): boolean {
    return this.#scheduler.now < this.#plan.lossUntilMs && this.#chance() < this.#plan.lost;
  }

  start(): void {
    const { everyMs, lossUntilMs } = this.#plan;
    for (let atMs = everyMs, run = 0; atMs < lossUntilMs; atMs += everyMs, run++) {
      this.#run(`sweeper-${run}`, atMs);
      if (this.#chance() < 0.5) this.#run(`sweeper-${run}-beside`, atMs + this.#chance() * 2_000);
    }
  }

  /**
   * Final runs without faults; the second finishes what the first began. By then open orders are twice as old as any
   * clock saw before.
   */
  last(): void {
    const atMs = this.#scheduler.now + 2 * wrongByMs + this.#plan.stuckMs;
    this.#run('sweeper-last', atMs, 0);
    this.#run('sweeper-very-last', 2 * atMs, 0);
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

  #run(name: string, atMs: number, skew?: number): void {
    const draw = this.#scheduler.draw(name);
    const process = this.#scheduler.process(name, skew ?? this.#scheduler.skew(draw()));
    const pause = () =>
      new Promise<void>((resolve) => {
        this.#scheduler.after(draw() < 0.02 ? draw() * 4 * leaseMs : 0, process, resolve);
      });
    const { platform, runtime } = this.#parts;
    const notes = fencedNotes('coordination');
    const ports = {
      ...platform().ports,
      ...runtime,
      open: openOrders('orders'),
      fulfilments: fulfilmentQueue('fulfilment-requests'),
      // A leader pauses between reading and writing.
      notes: { ...notes, write: (...note: Parameters<typeof notes.write>) => pause().then(() => notes.write(...note)) },
      beginTrace: () => traceparent,
      onSwept: () => void this.swept++,
      onUnreadable: () => {},
      stuckMs: this.#plan.stuckMs,
      cancellableMs: this.#plan.cancellableMs,
    };
    const parts = {
      name: 'sweeper',
      holder: name,
      store: leaseStore('coordination'),
      clock: runtime.clock,
      leaseMs,
    };
    this.#scheduler.after(atMs, process, () => {
      // The next run resumes where this one failed.
      void runAlone(parts, (lease) => sweepStep(lease, ports)).catch((error) =>
        this.#scheduler.trace(name, String(error.name)),
      );
    });
  }
}
