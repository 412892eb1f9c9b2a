import type { OrderEvent } from '../../contracts/order-event.ts';
import type { DeadLetters, EventBus, OrderQueue } from '../../ports/messaging.ts';
import { openTopic } from './pubsub-client.ts';
import type { Hand } from './relay.ts';

export function orderQueue(topicName: string): OrderQueue {
  const topic = openTopic(topicName);
  return {
    async send(request) {
      await topic.publishMessage({ json: request });
    },
  };
}

export function deadLetters(topicName: string): DeadLetters {
  const topic = openTopic(topicName);
  return {
    async put(body, reason) {
      await topic.publishMessage({ data: Buffer.from(body), attributes: { reason } });
    },
  };
}

export function eventBus(topicName: string): EventBus {
  const topic = openTopic(topicName);
  return {
    async publish(events) {
      // The type is an attribute, because subscriptions filter by attributes, not by the body.
      const sent = await Promise.allSettled(
        events.map((event) => topic.publishMessage({ json: event, attributes: { type: event.type } })),
      );
      return events.filter((_: OrderEvent, index) => sent[index]?.status === 'rejected');
    },
  };
}

/** Publishes events to the projection, the topic's only subscriber, which forwards them to the bus. */
export function eventTopic(topicName: string): Hand {
  const topic = openTopic(topicName);
  return async (event) => {
    await topic.publishMessage({ json: event });
  };
}
