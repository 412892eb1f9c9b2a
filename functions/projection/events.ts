import type { OrderEvent } from '../contracts/order-event.ts';
import type { EventBus } from '../ports/messaging.ts';
import { RetryLater } from '../ports/retry.ts';
import { logger } from '../runtime/log.ts';
import { continueTrace, traceIdOf } from '../runtime/trace.ts';
import { countEvent, type ProjectionPorts } from './count-event.ts';

/** Counts an event in the views; answers it as the bus gets it, with a span of its own. */
export async function countTraced(event: OrderEvent, ports: ProjectionPorts): Promise<OrderEvent> {
  const traced = { ...event, traceparent: continueTrace(event.traceparent) };
  await countEvent(traced, ports);
  const { traceparent, type, order } = traced;
  logger.info('counted', { traceId: traceIdOf(traceparent), orderId: order.orderId, type });
  return traced;
}

/**
 * Views first, then the bus: who hears of an order can already see it. An event that comes again is published again.
 *
 * @throws when the event has to come again
 */
export async function projectEvent(
  event: OrderEvent,
  ports: ProjectionPorts & { readonly bus: EventBus },
): Promise<void> {
  const refused = await ports.bus.publish([await countTraced(event, ports)]);
  if (refused.length > 0) throw new RetryLater(`the bus did not take the event of order ${event.order.orderId}`);
}
