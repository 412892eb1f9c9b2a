import { breakerStore } from '../../../functions/adapters/memory/breaker.ts';
import { leases } from '../../../functions/adapters/memory/lease.ts';
import { deadLetters, eventBus, fulfilmentQueue } from '../../../functions/adapters/memory/messaging.ts';
import type { MemoryState } from '../../../functions/adapters/memory/state.ts';
import type { FulfilmentRequest } from '../../../functions/contracts/fulfilment-request.ts';
import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import type { FulfilmentQueue } from '../../../functions/ports/partner.ts';
import { memorySystem } from '../../support/memory-system.ts';
import type { Backend, BackendOffer, Received } from './backend.ts';

export const memory: BackendOffer = {
  name: 'memory',
  leavesOut: {
    'orders settled together': 'the adapter commits one order at a time',
    'orders counted together': 'the adapter counts one order at a time',
    'stock rights of a site': 'the sale at several sites runs on AWS and Azure only',
    'units between regions': 'a stage of several regions is for AWS only',
    'a store that is too busy': 'its calls do not overlap',
    redrive: 'its dead letters are a list, which no command redrives',
  },
  find: () => ({ engine: 'plain values in this process' }),
  open: async () => open(),
};

const maxDeliveries = 5;

interface Message {
  readonly body: string;
  delivery: number;
  hiddenUntil: number;
}

/** The memory adapters' queue is a list; this adds hiding, redelivery and giving up. */
function orderMessages(state: MemoryState) {
  const messages: Message[] = [];

  function take(hideForMs: number): Message[] {
    for (const request of state.queue.splice(0)) {
      messages.push({ body: JSON.stringify(request), delivery: 0, hiddenUntil: 0 });
    }
    const now = performance.now();
    const visible = messages.filter(({ hiddenUntil }) => hiddenUntil <= now);
    for (const message of visible) {
      message.delivery++;
      message.hiddenUntil = now + hideForMs;
    }
    return visible;
  }

  const remove = (message: Message) => void messages.splice(messages.indexOf(message), 1);
  const received = (message: Message): Received => ({
    body: message.body,
    delivery: message.delivery,
    done: async () => remove(message),
  });

  async function deliver(work: (body: string) => Promise<void>): Promise<void> {
    for (let taken = take(0); taken.length > 0; taken = take(0)) {
      for (const message of taken) {
        const done = await succeeds(work(message.body));
        if (done || message.delivery === maxDeliveries) remove(message);
        if (!done && message.delivery === maxDeliveries)
          state.deadLetters.push({ body: message.body, reason: 'MALFORMED_MESSAGE' });
      }
    }
  }

  return {
    receive: async (visibilityTimeoutSeconds: number) => take(visibilityTimeoutSeconds * 1_000).map(received),
    deliver,
  };
}

function succeeds(work: Promise<void>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

function open(): Backend {
  const { state, ports } = memorySystem();
  const { store, notes } = leases();
  const due = new Map<FulfilmentRequest, number>();
  const handed = new Set<OrderEvent>();
  return {
    ports: {
      ...ports,
      deadLetters: deadLetters(state),
      bus: eventBus(state),
      fulfilments: delayed(fulfilmentQueue(state), due),
      breakers: breakerStore(),
      leases: store,
      notes,
    },
    maxDeliveries,
    ...orderMessages(state),
    deadLetterBodies: async () => state.deadLetters.map(({ body }) => body),
    async dueFulfilments() {
      const now = performance.now();
      const visible = state.fulfilments.filter(({ request }) => (due.get(request) ?? 0) <= now);
      for (const one of visible) state.fulfilments.splice(state.fulfilments.indexOf(one), 1);
      return visible.map(({ request }) => JSON.stringify(request));
    },
    async drain(sku, hand) {
      for (const event of state.events.filter(({ order }) => order.sku === sku)) {
        if (handed.has(event)) continue;
        await hand(event);
        handed.add(event);
      }
    },
    close: async () => {},
  };
}

/** The memory adapter only records the delay; this enforces it. */
function delayed(queue: FulfilmentQueue, due: Map<FulfilmentRequest, number>): FulfilmentQueue {
  return {
    async send(request, delayMs) {
      due.set(request, performance.now() + delayMs);
      await queue.send(request, delayMs);
    },
  };
}
