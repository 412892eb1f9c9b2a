import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import type { Plan } from './plan.ts';
import { orderIn } from './refusals.ts';
import { leaseMs, quietSweeps } from './sweeper.ts';
import type { Violation } from './world/outcome.ts';
import type { Witness } from './world/witness.ts';

/** All receives of a message, each after a visibility timeout, and a minute for the work itself. */
const settledWithinMs = 5 * 30_000 + 60_000;
/** Waits for a slow partner double up to a minute; four long ones in a row are rare enough. */
const partnerWaits = { count: 4, longestMs: 61_000 };

/** The next sweep begins, and the lease of one that died has ended. */
const sweepWaitsMs = quietSweeps.everyMs + leaseMs;

/** Liveness in simulated time: an order ends within a bound after the last thing that could delay it. */
export class Deadlines {
  readonly #plan: Plan;
  readonly #witness: Witness;
  /** By order: its latest redrive. */
  readonly #begun = new Map<string, number>();

  constructor(plan: Plan, witness: Witness) {
    this.#plan = plan;
    this.#witness = witness;
  }

  /** The order's work begins anew. */
  beginAgain(body: string, nowMs: number): void {
    const orderId = orderIn({ body });
    if (orderId) this.#begun.set(orderId, nowMs);
  }

  /**
   * @param lastFaultMs when the last fault of the run was over
   * @param postponedLagMs how late a postponed request may be
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

  /** An order is swept after `stuckMs`, then after twice that, and so on: it may wait as long again as it waited. */
  #untilSweptMs(waitedMs: number): number {
    const { sweeper } = this.#plan;
    return sweeper ? Math.max(sweeper.stuckMs, waitedMs) + sweeper.cancellableMs + sweepWaitsMs : 0;
  }

  /** Orders that the partner got while their customers could still cancel. */
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
