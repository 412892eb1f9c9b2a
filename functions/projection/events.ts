import type { OrderEvent } from '../contracts/order-event.ts';
import type { EventBus } from '../ports/messaging.ts';
import { RetryLater } from '../ports/retry-later.ts';
import { logger } from '../runtime/log.ts';
import { traceIdOf } from '../runtime/trace.ts';
import { countEvents, type GroupPorts } from './count-batch.ts';
import { countEvent, type ProjectionPorts } from './count-event.ts';

interface Publishing {
  readonly bus: EventBus;
  /** Continues an event's trace with a new span. */
  readonly continueTrace: (traceparent: string) => string;
}

/**
 * Views first, then the bus, so that subscribers can already see the order. A redelivered event is published again.
 *
 * @throws when the event must be redelivered
 */
export async function projectEvent(event: OrderEvent, ports: ProjectionPorts & Publishing): Promise<void> {
  const traced = withNewSpan(event, ports);
  await countEvent(traced, ports);
  logCounted(traced);
  const refused = await ports.bus.publish([traced]);
  if (refused.length > 0)
    throw new RetryLater(`the bus rejected event ${event.type} of order ${event.order.orderId}; retry`);
}

/** Like {@link projectEvent}, for a batch. @returns the events to redeliver */
export async function projectEvents(
  events: readonly OrderEvent[],
  ports: GroupPorts & Publishing,
): Promise<readonly OrderEvent[]> {
  const traced = new Map(events.map((event) => [withNewSpan(event, ports), event]));
  const failures = await countEvents([...traced.keys()], ports);
  for (const [error, orders] of Map.groupBy(failures, ([, error]) => error))
    logger.warn('events of orders will be redelivered', { orders: orders.map(([orderId]) => orderId), error });

  const failed = [...traced.keys()].filter(({ order }) => failures.has(order.orderId));
  const counted = [...traced.keys()].filter(({ order }) => !failures.has(order.orderId));
  for (const event of counted) logCounted(event);
  const refused = await publish(counted, ports);
  return [...failed, ...refused].flatMap((event) => traced.get(event) ?? []);
}

async function publish(events: readonly OrderEvent[], { bus }: Publishing): Promise<readonly OrderEvent[]> {
  try {
    return await bus.publish(events);
  } catch (error) {
    logger.warn('the bus rejected some or all events; all will be redelivered', { error });
    return events;
  }
}

function withNewSpan(event: OrderEvent, { continueTrace }: Publishing): OrderEvent {
  return { ...event, traceparent: continueTrace(event.traceparent) };
}

function logCounted({ type, order, traceparent }: OrderEvent): void {
  logger.info('counted', { traceId: traceIdOf(traceparent), orderId: order.orderId, type });
}
