import type { OrderEvent } from '../contracts/order-event.ts';
import type { DeadLetterReason, OrderRequest } from '../contracts/order-request.ts';

export interface OrderQueue {
  /** Returns once the queue holds the message. At least once: a consumer may see it again. */
  send(request: OrderRequest): Promise<void>;
}

export interface DeadLetters {
  /** Puts a body that no retry can mend where people will see it, with the reason. */
  put(body: string, reason: DeadLetterReason): Promise<void>;
}

export interface EventBus {
  /** Publishes all events; returns the ones that the bus did not take. */
  publish(events: readonly OrderEvent[]): Promise<readonly OrderEvent[]>;
}
