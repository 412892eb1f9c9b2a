import type { QueueClient } from '@azure/storage-queue';
import type { OrderEvent } from '../../contracts/order-event.ts';
import { toChunks } from '../../lib/chunks.ts';
import type { DeadLetters, EventBus, OrderQueue } from '../../ports/messaging.ts';
import type { FulfilmentQueue } from '../../ports/partner.ts';
import { encode, encodeDeadLetter } from './message-text.ts';
import { unlessTransient } from './storage.ts';

function rethrow(error: unknown): never {
  throw unlessTransient(error);
}

/** By default a message expires after seven days. */
const forever = { messageTimeToLive: -1 };

export function orderQueue(queue: QueueClient): OrderQueue {
  return {
    async send(request) {
      await queue.sendMessage(encode(JSON.stringify(request)), forever).catch(rethrow);
    },
  };
}

export function fulfilmentQueue(queue: QueueClient): FulfilmentQueue {
  return {
    async send(request, delayMs) {
      await queue.sendMessage(encode(JSON.stringify(request)), { ...forever, ...after(delayMs) }).catch(rethrow);
    },
  };
}

/** https://learn.microsoft.com/rest/api/storageservices/put-message: up to seven days. */
const longestDelaySeconds = 7 * 86_400;
const after = (delayMs: number) => ({ visibilityTimeout: Math.min(longestDelaySeconds, Math.ceil(delayMs / 1_000)) });

/** The queue for messages that the host gave up on. */
export function deadLetters(queue: QueueClient): DeadLetters {
  return {
    async put(body, reason) {
      await queue.sendMessage(encodeDeadLetter(body, reason), forever).catch(rethrow);
    },
  };
}

const concurrency = 8;

/** Routes the events of one type to a queue. */
export interface BusRule {
  readonly type: OrderEvent['type'];
  readonly queue: QueueClient;
  /** How long the event stays invisible. */
  readonly delayMs: number;
}

/**
 * A bus of static rules: an event goes only to the queues for its type. Consumers that subscribe on their own would need
 * Event Grid or Service Bus topics, behind the same port.
 */
export function eventBus(rules: readonly BusRule[]): EventBus {
  async function publish(event: OrderEvent): Promise<void> {
    const own = rules.filter(({ type }) => type === event.type);
    const text = encode(JSON.stringify(event));
    await Promise.all(own.map(({ queue, delayMs }) => queue.sendMessage(text, { ...forever, ...after(delayMs) })));
  }

  return {
    async publish(events) {
      const refused: OrderEvent[] = [];
      for (const part of toChunks(events, concurrency)) {
        const sent = await Promise.allSettled(part.map(publish));
        refused.push(...part.filter((_, index) => sent[index]?.status === 'rejected'));
      }
      return refused;
    },
  };
}
