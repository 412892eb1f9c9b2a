import { toOrderEvent } from '../contracts/order-event.ts';
import { beginFulfilment, cancelRefused, fulfilOrder, type Order } from '../domain/order.ts';
import { isRehearsal } from '../domain/rehearsal.ts';
import type { OrderLedger } from '../ports/ledger.ts';
import type { OrderStore } from '../ports/orders.ts';
import type { Partner, PartnerGate } from '../ports/partner.ts';
import { RetryLater } from '../ports/retry-later.ts';
import type { Clock, Meter, Pause } from '../ports/runtime.ts';
import { retryConflicts } from '../resilience/retry.ts';

export interface FulfilmentPorts {
  readonly orders: OrderStore;
  readonly ledger: OrderLedger;
  readonly partner: Partner;
  readonly gate: PartnerGate;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly pause: Pause;
  /** How long after confirmation the customer may cancel. */
  readonly cancellableMs: number;
}

export type Fulfilment =
  | { readonly kind: 'fulfilled' | 'refused' | 'nothing to do' | 'unknown order' }
  /** The customer may still cancel. */
  | { readonly kind: 'too early'; readonly waitMs: number };

// An order changes at most three times here: confirmed, claimed by another worker, decided.
const attempts = 4;

/**
 * Hands one order to the partner, idempotently: CONFIRMED -> FULFILLING before asking, then FULFILLED, or CANCELLED with
 * its stock returned. A worker that finds it FULFILLING asks again with the same key, since a missing answer proves
 * nothing. While the partner counts as down nothing is claimed, so customers can still cancel.
 *
 * @throws {PartnerDown} when the partner was not asked, {PartnerFailed} when it did not answer
 * @throws {RetryLater} when nothing was decided; the queue redelivers the message
 */
export async function fulfil(orderId: string, traceparent: string, ports: FulfilmentPorts): Promise<Fulfilment> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const order = await ports.orders.find(orderId);
    if (!order) return { kind: 'unknown order' };
    if (order.state !== 'CONFIRMED' && order.state !== 'FULFILLING') return { kind: 'nothing to do' };
    const waitMs = order.state === 'CONFIRMED' ? remainingCancelMs(order, ports) : 0;
    if (waitMs > 0) return { kind: 'too early', waitMs };
    try {
      const result = await ports.gate.pass(() => handOver(order, traceparent, ports));
      if (result !== 'stale') return { kind: result };
    } catch (error) {
      if (!(error instanceof NotAsked)) throw error;
    }
  }
  throw new RetryLater(`order ${orderId} changed during each of ${attempts} attempts to hand it over; retry`);
}

function remainingCancelMs({ changedAt }: Order, { clock, cancellableMs }: FulfilmentPorts): number {
  return Date.parse(changedAt) + cancellableMs - Date.parse(clock.now());
}

async function handOver(order: Order, traceparent: string, ports: FulfilmentPorts) {
  const { clock, meter, partner } = ports;
  await partner.ready();
  const claimed = order.state === 'FULFILLING' ? order : beginFulfilment(order, clock.now());
  if (claimed !== order && !(await move(order, claimed, traceparent, ports))) throw new NotAsked();
  // Its release cancels it. If that fails, it must still not be shipped and invoiced.
  const answer = isRehearsal(claimed) ? 'refused' : await partner.take(claimed);
  const after = answer === 'accepted' ? fulfilOrder(claimed, clock.now()) : cancelRefused(claimed, clock.now());
  if (!(await move(claimed, after, traceparent, ports))) return 'stale';
  meter.count(answer === 'accepted' ? 'OrdersFulfilled' : 'OrdersRefused');
  return answer === 'accepted' ? 'fulfilled' : 'refused';
}

/** Another worker changed the order first. Thrown, because a normal return would tell the gate the partner is up. */
class NotAsked extends Error {}

/** False when another worker changed the order first. */
async function move(before: Order, after: Order, traceparent: string, ports: FulfilmentPorts): Promise<boolean> {
  const event = toOrderEvent(after, traceparent);
  const outcome = await retryConflicts(() => ports.ledger.commit({ before, after, event }), ports);
  return outcome === 'committed';
}
