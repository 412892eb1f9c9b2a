import type { OrderEvent } from '../contracts/order-event.ts';
import type { DeadLetterReason, OrderRequest } from '../contracts/order-request.ts';
import type { DeadLetterQueue } from './messages.ts';

export type { Attribute, Delivery, Envelope, MessageBody } from './messages.ts';

export interface OrderQueue {
  /** Returns once the queue has stored the message. Delivery is at least once. */
  send(request: OrderRequest): Promise<void>;
}

export type DeadLetters = DeadLetterQueue<DeadLetterReason>;

export interface EventBus {
  /** Publishes all events; returns those the bus rejected. */
  publish(events: readonly OrderEvent[]): Promise<readonly OrderEvent[]>;
}
