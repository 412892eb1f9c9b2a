import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import { projectEvent, projectEvents } from '../../../functions/projection/events.ts';
import { processBatch } from '../../../functions/runtime/batch.ts';
import {
  type MessagePorts,
  type QueueMessage,
  settleMessage,
  settleMessages,
} from '../../../functions/settlement/messages.ts';
import type { Platform } from './platform.ts';
import type { RuntimePorts } from './runtime.ts';
import type { Message } from './world/queue.ts';
import type { StreamRecord } from './world/stream.ts';

// Never out of time, because crashes already cover timeouts.
const batchRules = { concurrency: 10, remainingMs: () => Number.POSITIVE_INFINITY };

/** The settlement function; settles in groups if the cloud's ledger can. */
export async function settleBatch(
  messages: readonly Message[],
  platform: Platform,
  runtime: RuntimePorts,
): Promise<ReadonlySet<string>> {
  const ports = messagePorts(platform, runtime);
  const batch = messages.map(({ id, body, envelope }) => ({ messageId: id, body, envelope }));
  if (platform.groups) {
    return settleMessages(batch, { ...ports, ...batchRules, ...platform.groups });
  }
  const idOf = ({ messageId }: QueueMessage) => messageId;
  const work = (message: QueueMessage) => settleMessage(message, ports);
  return processBatch(batch, { ...batchRules, idOf, groupOf: idOf, work });
}

// A new span id would be randomness outside the seed.
const continueTrace = (traceparent: string) => traceparent;

function messagePorts({ ports }: Platform, runtime: RuntimePorts): MessagePorts {
  return { ...ports, ...runtime, deadLetters: ports.dead, continueTrace };
}

/** The projection function; counts in groups if the cloud's views can. */
export async function projectBatch(
  records: readonly StreamRecord<unknown>[],
  platform: Platform,
  runtime: RuntimePorts,
): Promise<ReadonlySet<string>> {
  const ports = { ...platform.ports, ...runtime, continueTrace };
  const ids = new Map(records.map(({ id, image }) => [eventIn(platform, image), id]));
  if (platform.groupViews) {
    const again = await projectEvents([...ids.keys()], { ...ports, views: platform.groupViews, requireTime: () => {} });
    return new Set(again.map((event) => ids.get(event) ?? ''));
  }
  const work = ({ image }: StreamRecord<unknown>) => projectEvent(eventIn(platform, image), ports);
  const groupOf = ({ item }: StreamRecord<unknown>) => item;
  return processBatch(records, { ...batchRules, idOf: ({ id }) => id, groupOf, work });
}

function eventIn({ eventOf }: Platform, image: unknown): OrderEvent {
  const event = eventOf(image);
  if (!event) throw new Error('the stream record holds no event');
  return event;
}
