import type { QueueClient } from '@azure/storage-queue';
import type { OrderEvent } from '../../contracts/order-event.ts';
import type { DeadLetters, EventBus, OrderQueue } from '../../ports/messaging.ts';
import { unlessTransient } from './storage.ts';

function rethrow(error: unknown): never {
  throw unlessTransient(error);
}

/** As the Functions host reads it. */
export const encode = (text: string) => Buffer.from(text).toString('base64');
/** Without it a message would vanish after seven days. */
const forever = { messageTimeToLive: -1 };

export function orderQueue(queue: QueueClient): OrderQueue {
  return {
    async send(request) {
      await queue.sendMessage(encode(JSON.stringify(request)), forever).catch(rethrow);
    },
  };
}

/** The queue where the host copies what it gave up. A message has no attributes, so the reason goes around the body. */
export function deadLetters(queue: QueueClient): DeadLetters {
  return {
    async put(body, reason) {
      await queue.sendMessage(encode(JSON.stringify({ reason, body })), forever);
    },
  };
}

const sendsAtOnce = 8;

/** A queue for the one consumer there is. Several need Event Grid or Service Bus topics: the same port. */
export function eventBus(queue: QueueClient): EventBus {
  async function refusedOf(part: readonly OrderEvent[]): Promise<OrderEvent[]> {
    const sent = await Promise.allSettled(part.map((event) => queue.sendMessage(encode(JSON.stringify(event)))));
    return part.filter((_, index) => sent[index]?.status === 'rejected');
  }
  return {
    async publish(events) {
      const refused: OrderEvent[] = [];
      for (let first = 0; first < events.length; first += sendsAtOnce) {
        refused.push(...(await refusedOf(events.slice(first, first + sendsAtOnce))));
      }
      return refused;
    },
  };
}
