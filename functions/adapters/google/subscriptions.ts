import { PubSub, v1 } from '@google-cloud/pubsub';

/** What a subscription holds for a consumer that pulls. */
export interface Pulled {
  readonly body: string;
  readonly messageId: string;
  /** Names this one delivery. */
  readonly ackId: string;
  /** Epoch milliseconds. */
  readonly publishedAt: number;
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
  acknowledge(subscription: string, ackIds: readonly string[]): Promise<void>;
  hide(subscription: string, ackIds: readonly string[], seconds: number): Promise<void>;
  /** One attempt, so that there is one message at most. */
  publishOnce(topic: string, body: string, attributes: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

export interface SubscriptionPlan {
  readonly name: string;
  readonly topic: string;
  readonly ackDeadlineSeconds: number;
  /** https://cloud.google.com/pubsub/docs/subscription-message-filter; Google's emulator ignores it. */
  readonly filter?: string;
  readonly deadLetters?: { readonly topic: string; readonly maxDeliveryAttempts: number };
}

const deadlineExceeded = 4;
const publishMs = 5_000;

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

    async create({ name, topic, ackDeadlineSeconds, filter, deadLetters }) {
      await pubsub.createSubscription(topic, name, {
        ackDeadlineSeconds,
        ...(filter !== undefined && { filter }),
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
          ackId: ackId ?? '',
          publishedAt: Number(message?.publishTime?.seconds ?? 0) * 1_000,
          attributes: message?.attributes ?? {},
          delivery: deliveryAttempt || 1,
          acknowledge: async () => void (await client.acknowledge({ subscription, ackIds })),
          hide: async (ackDeadlineSeconds) =>
            void (await client.modifyAckDeadline({ subscription, ackIds, ackDeadlineSeconds })),
        };
      });
    },

    async acknowledge(subscription, ackIds) {
      if (ackIds.length > 0) await client.acknowledge({ subscription: nameOf(subscription), ackIds: [...ackIds] });
    },

    async hide(subscription, ackIds, ackDeadlineSeconds) {
      if (ackIds.length === 0) return;
      await client.modifyAckDeadline({ subscription: nameOf(subscription), ackIds: [...ackIds], ackDeadlineSeconds });
    },

    async publishOnce(topic, body, attributes) {
      const once = pubsub.topic(topic, { batching: { maxMessages: 1 }, gaxOpts: { retry: null, timeout: publishMs } });
      await once.publishMessage({ data: Buffer.from(body), attributes });
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
