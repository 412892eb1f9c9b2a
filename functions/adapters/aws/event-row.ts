import type { OrderEvent, StoredEvent } from '../../contracts/order-event.ts';
import { eventKey } from './keys.ts';

/** The row of an event. @param expiresAt epoch seconds; undefined: the row is kept for ever */
export function toEventRow(
  event: OrderEvent,
  expiresAt: number | undefined,
): StoredEvent & ReturnType<typeof eventKey> {
  const { orderId, version } = event.order;
  return { ...eventKey(orderId, version), ...event, ...(expiresAt !== undefined && { expiresAt }) };
}
