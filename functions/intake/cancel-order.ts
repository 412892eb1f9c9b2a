import type { OrderResource } from '../contracts/http.ts';
import { toOrderEvent } from '../contracts/order-event.ts';
import { ProblemError } from '../contracts/problem.ts';
import { cancelOrder } from '../domain/order.ts';
import { isCancellable, type OrderState } from '../domain/order-states.ts';
import type { OrderLedger } from '../ports/ledger.ts';
import type { OrderStore } from '../ports/orders.ts';
import { RetryLater } from '../ports/retry-later.ts';
import type { Clock, Meter, Pause } from '../ports/runtime.ts';
import { retryConflicts } from '../resilience/retry.ts';
import { findOwnOrder, toOrderResource } from './read-orders.ts';

export interface CancelOrderPorts {
  readonly orders: OrderStore;
  readonly ledger: OrderLedger;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly pause: Pause;
}

// An order passes through only two cancellable states, so the third read always decides.
const attempts = 3;

/**
 * Cancels the customer's own order and returns confirmed units to their shards in the same transaction. Idempotent: a
 * repeat gets the same answer.
 *
 * @throws {ProblemError} NOT_FOUND, or ORDER_NOT_CANCELLABLE when it was rejected or handed over
 * @throws {RetryLater} when overlapping transactions prevented a decision
 */
export async function cancelOwnOrder(
  request: { customer: string; orderId: string; traceparent: string },
  ports: CancelOrderPorts,
): Promise<OrderResource> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = await findOwnOrder(request.customer, request.orderId, ports.orders);
    if (before.state === 'CANCELLED') return toOrderResource(before);
    if (!isCancellable(before.state)) throw notCancellable(before.state);

    const after = cancelOrder(before, ports.clock.now());
    const event = toOrderEvent(after, request.traceparent);
    const outcome = await retryConflicts(() => ports.ledger.commit({ before, after, event }), ports);
    if (outcome === 'committed') {
      ports.meter.count('OrdersCancelled');
      return toOrderResource(after);
    }
  }
  throw new RetryLater(`order ${request.orderId} changed during each of ${attempts} attempts to cancel it; retry`);
}

function notCancellable(state: OrderState): ProblemError {
  const rejected = state === 'REJECTED';
  const reason = rejected ? 'the order was rejected, so there is nothing to cancel' : 'the order is on its way';
  return new ProblemError('ORDER_NOT_CANCELLABLE', reason);
}
