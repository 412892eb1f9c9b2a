import { PubSub, v1 } from '@google-cloud/pubsub';

/** What a subscription holds for a consumer that pulls. */
export interface Pulled {
  readonly body: string;
  readonly messageId: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** 1 when nobody has had it before. */
  readonly delivery: number;
  acknowledge(): Promise<void>;
  /** Nobody else gets it for so long; 0 gives it back at once. */
  hide(seconds: number): Promise<void>;
}

export interface Subscriptions {
  createTopic(topic: string): Promise<void>;
  create(plan: SubscriptionPlan): Promise<void>;
  /** Waits up to `waitMs` for the first message. */
  pull(subscription: string, limit: number, waitMs: number): Promise<readonly Pulled[]>;
  close(): Promise<void>;
}

export interface SubscriptionPlan {
  readonly name: string;
  readonly topic: string;
  readonly ackDeadlineSeconds: number;
  readonly deadLetters?: { readonly topic: string; readonly maxDeliveryAttempts: number };
}

const deadlineExceeded = 4;

/** The consumer's side of Pub/Sub, for tools and tests: the functions only publish, and are pushed to. */
export async function subscriptions(): Promise<Subscriptions> {
  const pubsub = new PubSub();
  const client = new v1.SubscriberClient(
    (await pubsub.getClientConfig()) as ConstructorParameters<typeof v1.SubscriberClient>[0],
  );
  const nameOf = (subscription: string) => client.subscriptionPath(pubsub.projectId, subscription);
  return {
    async createTopic(topic) {
      await pubsub.createTopic(topic);
    },

    async create({ name, topic, ackDeadlineSeconds, deadLetters }) {
      await pubsub.createSubscription(topic, name, {
        ackDeadlineSeconds,
        ...(deadLetters && {
          deadLetterPolicy: {
            deadLetterTopic: pubsub.topic(deadLetters.topic).name,
            maxDeliveryAttempts: deadLetters.maxDeliveryAttempts,
          },
        }),
      });
    },

    async pull(name, limit, waitMs) {
      const subscription = nameOf(name);
      const request = { subscription, maxMessages: limit };
      const [{ receivedMessages }] = await client.pull(request, { timeout: waitMs, maxRetries: 0 }).catch(nothingYet);
      return (receivedMessages ?? []).map(({ ackId, deliveryAttempt, message }) => {
        const ackIds = [ackId ?? ''];
        return {
          body: Buffer.from(message?.data ?? '').toString(),
          messageId: message?.messageId ?? '',
          attributes: message?.attributes ?? {},
          delivery: deliveryAttempt || 1,
          acknowledge: async () => void (await client.acknowledge({ subscription, ackIds })),
          hide: async (ackDeadlineSeconds) =>
            void (await client.modifyAckDeadline({ subscription, ackIds, ackDeadlineSeconds })),
        };
      });
    },

    async close() {
      await client.close();
      await pubsub.close();
    },
  };
}

function nothingYet(error: { code?: number }): [{ receivedMessages: [] }] {
  if (error.code !== deadlineExceeded) throw error;
  return [{ receivedMessages: [] }];
}
