import { toText } from '../../lib/bytes.ts';
import type { DeadLetters, EventBus, OrderQueue } from '../../ports/messaging.ts';
import type { FulfilmentQueue } from '../../ports/partner.ts';
import type { MemoryState } from './state.ts';

export function orderQueue({ queue, turn }: MemoryState): OrderQueue {
  return {
    async send(request) {
      await turn();
      queue.push(request);
    },
  };
}

export function fulfilmentQueue({ fulfilments, turn }: MemoryState): FulfilmentQueue {
  return {
    async send(request, delayMs) {
      await turn();
      fulfilments.push({ request, delayMs });
    },
  };
}

export function deadLetters({ deadLetters: dead, turn }: MemoryState): DeadLetters {
  return {
    async put(body, reason) {
      await turn();
      dead.push({ body: toText(body), reason });
    },
  };
}

export function eventBus({ bus, turn }: MemoryState): EventBus {
  return {
    async publish(events) {
      await turn();
      bus.push(...events);
      return [];
    },
  };
}
