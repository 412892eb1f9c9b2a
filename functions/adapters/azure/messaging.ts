import type { QueueClient } from '@azure/storage-queue';
import type { OrderEvent } from '../../contracts/order-event.ts';
import { chunksOf } from '../../lib/chunks.ts';
import type { DeadLetters, EventBus, OrderQueue } from '../../ports/messaging.ts';
import type { FulfilmentQueue } from '../../ports/partner.ts';
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

/** The queue where the host copies what it gave up. A message has no attributes, so the reason goes around the body. */
export function deadLetters(queue: QueueClient): DeadLetters {
  return {
    async put(body, reason) {
      await queue.sendMessage(encode(JSON.stringify({ reason, body })), forever);
    },
  };
}

const sendsAtOnce = 8;

/** Which events somebody waits for, and where. */
export interface BusRule {
  readonly type: OrderEvent['type'];
  readonly queue: QueueClient;
  /** How long such an event is not seen. */
  readonly delayMs: number;
}

/**
 * The bus as rules at its beginning: an event goes to the queues of those who wait for its type, and nobody has to read
 * the others. Consumers that come and go without us need Event Grid or Service Bus topics: the same port.
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
      for (const part of chunksOf(events, sendsAtOnce)) {
        const sent = await Promise.allSettled(part.map(publish));
        refused.push(...part.filter((_, index) => sent[index]?.status === 'rejected'));
      }
      return refused;
    },
  };
}
