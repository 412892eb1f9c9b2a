import type { OrderEvent } from '../../contracts/order-event.ts';
import { toBytes, toText } from '../../lib/bytes.ts';
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

/** https://cloud.google.com/pubsub/quotas#resource_limits */
const maxAttributes = 100;

export function deadLetters(topicName: string): DeadLetters {
  const topic = openTopic(topicName);
  return {
    async put(body, reason, { attributes = {}, orderingKey } = {}) {
      const own = Object.entries(attributes).map(([name, { value }]) => [name, toText(value)] as const);
      // The message's own attributes come first: the reason is only a hint for operators.
      const hint = own.length < maxAttributes ? { reason } : {};
      const message = { data: toBytes(body), attributes: { ...hint, ...Object.fromEntries(own) } };
      await topic.publishMessage({ ...message, ...(orderingKey && { orderingKey }) }).catch((error: unknown) => {
        // Otherwise the client rejects all later messages with the key.
        if (orderingKey) topic.resumePublishing(orderingKey);
        throw error;
      });
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

/** Publishes events to the topic that readers of the orders' stream subscribe to. The projection forwards them to the bus. */
export function eventTopic(topicName: string): Hand {
  const topic = openTopic(topicName);
  return async (event) => {
    await topic.publishMessage({ json: event });
  };
}
