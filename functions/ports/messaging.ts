import type { OrderEvent } from '../contracts/order-event.ts';
import type { DeadLetterReason, OrderRequest } from '../contracts/order-request.ts';

export interface OrderQueue {
  /** Returns once the queue has stored the message. Delivery is at least once. */
  send(request: OrderRequest): Promise<void>;
}

export interface DeadLetters {
  /** For a body that no retry can fix; operators are alerted. */
  put(body: string, reason: DeadLetterReason): Promise<void>;
}

export interface EventBus {
  /** Publishes all events; returns those the bus rejected. */
  publish(events: readonly OrderEvent[]): Promise<readonly OrderEvent[]>;
}
