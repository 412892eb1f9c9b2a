import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import type { Plan } from './plan.ts';
import { orderIn } from './refusals.ts';
import { leaseMs, longestTurnGap, quietSweeps } from './sweeper.ts';
import type { Violation } from './world/outcome.ts';
import type { Witness } from './world/witness.ts';

/** All receives of a message, each after a visibility timeout, plus a minute for the work itself. */
const settledWithinMs = 5 * 30_000 + 60_000;
/** Waits for a slow partner double, up to a minute. More than four long waits in a row are too rare to occur. */
const partnerWaits = { count: 4, longestMs: 61_000 };

/** Wait for the next sweep, and for the end of a dead sweeper's lease. */
const sweepWaitsMs = quietSweeps.everyMs + leaseMs;

/** Liveness in simulated time: an order must end within a bound after the last event that could delay it. */
export class Deadlines {
  readonly #plan: Plan;
  readonly #witness: Witness;
  /** Time of the latest redrive, by order. */
  readonly #begun = new Map<string, number>();

  constructor(plan: Plan, witness: Witness) {
    this.#plan = plan;
    this.#witness = witness;
  }

  /** Restarts the order's deadline. */
  beginAgain(body: string, nowMs: number): void {
    const orderId = orderIn({ body });
    if (orderId) this.#begun.set(orderId, nowMs);
  }

  /**
   * @param lastFaultMs time of the last fault's end
   * @param postponedLagMs maximum delay of a postponed request
   */
  violations(lastFaultMs: number, events: readonly OrderEvent[], postponedLagMs: number): Violation[] {
    const { rightClocks, partner, sweeper } = this.#plan;
    if (!rightClocks) return [];
    const quietMs = Math.max(lastFaultMs, partner?.outage.toMs ?? 0, sweeper?.lossUntilMs ?? 0);
    const late = [...this.#witness.moves].flatMap(([orderId, { openedMs, endedMs }]) => {
      const takenMs = endedMs - Math.max(quietMs, openedMs, this.#begun.get(orderId) ?? 0);
      return takenMs > this.#boundMs(postponedLagMs) + this.#untilSweptMs(quietMs - openedMs)
        ? [`order ${orderId} took ${Math.round(takenMs)} ms after the last fault`]
        : [];
    });
    return [...late, ...this.#findEarly(events)].map((text) => ({ invariant: 'deadline', text }));
  }

  #boundMs(postponedLagMs: number): number {
    const { partner } = this.#plan;
    if (!partner) return settledWithinMs;
    const waitMs = partnerWaits.longestMs + partner.openMs + postponedLagMs;
    return settledWithinMs + partner.cancellableMs + partnerWaits.count * waitMs;
  }

  /**
   * An order is due after `stuckMs`, then after twice that, and so on, so it may wait as long as it has already waited,
   * and then for its next turn.
   */
  #untilSweptMs(waitedMs: number): number {
    const { sweeper } = this.#plan;
    if (!sweeper) return 0;
    const { stuckMs, cancellableMs } = sweeper;
    return Math.max(stuckMs, waitedMs) + longestTurnGap * stuckMs + cancellableMs + sweepWaitsMs;
  }

  /** Finds orders sent to the partner while their customers could still cancel. */
  #findEarly(events: readonly OrderEvent[]): string[] {
    const cancellableMs = this.#plan.partner?.cancellableMs ?? 0;
    const confirmedAt = new Map<string, number>();
    for (const { type, order } of events)
      if (type === 'OrderConfirmed') confirmedAt.set(order.orderId, Date.parse(order.changedAt));
    return events.flatMap(({ type, order: { orderId, changedAt } }) => {
      const waitedMs = Date.parse(changedAt) - (confirmedAt.get(orderId) ?? 0);
      if (type !== 'OrderFulfilling' || waitedMs >= cancellableMs) return [];
      return [`order ${orderId} went to the partner after ${waitedMs} ms, within the ${cancellableMs} ms for a cancel`];
    });
  }
}
