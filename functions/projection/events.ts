import type { OrderEvent, StoredEvent } from '../contracts/order-event.ts';
import type { EventBus } from '../ports/messaging.ts';
import { RetryLater } from '../ports/retry-later.ts';
import { beginHop, type Hop } from '../runtime/hop.ts';
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
export async function projectEvent(event: StoredEvent, ports: ProjectionPorts & Publishing): Promise<void> {
  const { traced, hop } = begin(event, ports);
  await countEvent(traced, ports);
  logCounted(traced, hop);
  const refused = await ports.bus.publish([traced]);
  if (refused.length > 0)
    throw new RetryLater(`the bus rejected event ${event.type} of order ${event.order.orderId}; retry`);
}

/** Like {@link projectEvent}, for a batch. @returns the events to redeliver */
export async function projectEvents(
  events: readonly StoredEvent[],
  ports: GroupPorts & Publishing,
): Promise<readonly StoredEvent[]> {
  const begun = new Map(events.map((event) => [event, begin(event, ports)]));
  const traced = new Map([...begun].map(([event, { traced }]) => [traced, event]));
  const failures = await countEvents([...traced.keys()], ports);
  const failed = [...traced.keys()].filter(({ order }) => failures.has(order.orderId));
  for (const [error, some] of Map.groupBy(failed, ({ order }) => failures.get(order.orderId)))
    logger.warn('events of orders will be redelivered', { ...namesOf(some), error });

  const counted = [...begun.values()].filter(({ traced }) => !failures.has(traced.order.orderId));
  for (const { traced, hop } of counted) logCounted(traced, hop);
  const refused = await publish(
    counted.map(({ traced }) => traced),
    ports,
  );
  return [...failed, ...refused].flatMap((event) => traced.get(event) ?? []);
}

async function publish(events: readonly StoredEvent[], { bus }: Publishing): Promise<readonly OrderEvent[]> {
  try {
    const refused = await bus.publish(events);
    if (refused.length > 0) logger.warn('the bus rejected events; they will be redelivered', namesOf(refused));
    return refused;
  } catch (error) {
    logger.warn('the bus rejected some or all events; all will be redelivered', { ...namesOf(events), error });
    return events;
  }
}

interface Begun {
  /** The event with the span of this step. */
  readonly traced: StoredEvent;
  readonly hop: Hop;
}

/** The time that the event waited includes the stream, or the queue that carries it. */
function begin(event: StoredEvent, { continueTrace }: Publishing): Begun {
  const traceparent = continueTrace(event.traceparent);
  const hop = beginHop(event.traceparent, traceparent, { sentAtMs: Date.parse(event.order.changedAt) });
  return { traced: { ...event, traceparent }, hop };
}

function logCounted({ type, order }: OrderEvent, hop: Hop): void {
  logger.info('counted', { ...hop.fields(), orderId: order.orderId, type, version: order.version });
}

/** One log line for all of them: each of its errors has a stack. */
const namesOf = (events: readonly OrderEvent[]) => ({
  orders: [...new Set(events.map(({ order }) => order.orderId))],
  traces: [...new Set(events.map(({ traceparent }) => traceIdOf(traceparent)))],
});
