import type { OrderEvent } from '../../contracts/order-event.ts';
import type { DeadLetters, EventBus, OrderQueue } from '../../ports/messaging.ts';
import { topicOf } from './pubsub-client.ts';
import type { Hand } from './relay.ts';

export function orderQueue(topicName: string): OrderQueue {
  const topic = topicOf(topicName);
  return {
    async send(request) {
      await topic.publishMessage({ json: request });
    },
  };
}

export function deadLetters(topicName: string): DeadLetters {
  const topic = topicOf(topicName);
  return {
    async put(body, reason) {
      await topic.publishMessage({ data: Buffer.from(body), attributes: { reason } });
    },
  };
}

export function eventBus(topicName: string): EventBus {
  const topic = topicOf(topicName);
  return {
    async publish(events) {
      // The type as an attribute: a subscription filters by attributes, not by what is in the body.
      const sent = await Promise.allSettled(
        events.map((event) => topic.publishMessage({ json: event, attributes: { type: event.type } })),
      );
      return events.filter((_: OrderEvent, index) => sent[index]?.status === 'rejected');
    },
  };
}

/** Hands an event to the projection, which alone listens there; the bus has it from the projection. */
export function eventTopic(topicName: string): Hand {
  const topic = topicOf(topicName);
  return async (event) => {
    await topic.publishMessage({ json: event });
  };
}
