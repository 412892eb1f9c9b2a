import { PubSub, type protos, v1 } from '@google-cloud/pubsub';

/** A message pulled from a subscription. */
export interface Pulled {
  readonly body: string;
  /** The body's bytes. */
  readonly data: Buffer;
  readonly orderingKey: string | undefined;
  readonly messageId: string;
  /** Identifies this delivery. */
  readonly ackId: string;
  /** Epoch milliseconds. */
  readonly publishedAt: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** 1 on the first delivery. */
  readonly delivery: number;
  acknowledge(): Promise<void>;
  /** Hides it from other consumers for this long; 0 returns it at once. */
  hide(seconds: number): Promise<void>;
}

export interface PublishedMessage {
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  readonly orderingKey?: string | undefined;
}

export interface Subscriptions {
  createTopic(topic: string): Promise<void>;
  create(plan: SubscriptionPlan): Promise<void>;
  /** @throws when Pub/Sub does not answer */
  exists(subscription: string): Promise<boolean>;
  /** Waits up to `waitMs` for the first message. */
  pull(subscription: string, limit: number, waitMs: number): Promise<readonly Pulled[]>;
  acknowledge(subscription: string, ackIds: readonly string[]): Promise<void>;
  hide(subscription: string, ackIds: readonly string[], seconds: number): Promise<void>;
  /** A single attempt, so that at most one message exists. */
  publishOnce(topic: string, message: PublishedMessage): Promise<void>;
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
const notFound = 5;
const lookMs = 10_000;
const publishMs = 5_000;

/** Pub/Sub's consumer side, for tools and tests: the functions only publish and receive pushes. */
export async function subscriptions(): Promise<Subscriptions> {
  const pubsub = new PubSub();
  const client = new v1.SubscriberClient(
    (await pubsub.getClientConfig()) as ConstructorParameters<typeof v1.SubscriberClient>[0],
  );
  const toPath = (subscription: string) => client.subscriptionPath(pubsub.projectId, subscription);
  return {
    async createTopic(topic) {
      await pubsub.createTopic(topic);
    },

    create: (plan) => createSubscription(pubsub, plan),

    exists: (name) => subscriptionExists(pubsub, name),

    async pull(name, limit, waitMs) {
      const subscription = toPath(name);
      const request = { subscription, maxMessages: limit };
      const [{ receivedMessages }] = await client.pull(request, { timeout: waitMs, maxRetries: 0 }).catch(nothingYet);
      return (receivedMessages ?? []).map((received) => toPulled(client, subscription, received));
    },

    async acknowledge(subscription, ackIds) {
      if (ackIds.length > 0) await client.acknowledge({ subscription: toPath(subscription), ackIds: [...ackIds] });
    },

    async hide(subscription, ackIds, ackDeadlineSeconds) {
      if (ackIds.length === 0) return;
      await client.modifyAckDeadline({ subscription: toPath(subscription), ackIds: [...ackIds], ackDeadlineSeconds });
    },

    async publishOnce(topic, { orderingKey, ...message }) {
      const once = pubsub.topic(topic, {
        batching: { maxMessages: 1 },
        gaxOpts: { retry: null, timeout: publishMs },
        messageOrdering: orderingKey !== undefined,
      });
      await once.publishMessage({ ...message, ...(orderingKey !== undefined && { orderingKey }) });
    },

    async close() {
      await client.close();
      await pubsub.close();
    },
  };
}

async function subscriptionExists(pubsub: PubSub, name: string): Promise<boolean> {
  try {
    await pubsub.subscription(name).getMetadata({ timeout: lookMs, retry: null });
    return true;
  } catch (error) {
    if ((error as { code?: number }).code === notFound) return false;
    throw error;
  }
}

async function createSubscription(
  pubsub: PubSub,
  { name, topic, ackDeadlineSeconds, filter, deadLetters }: SubscriptionPlan,
): Promise<void> {
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
}

function toPulled(
  client: v1.SubscriberClient,
  subscription: string,
  { ackId, deliveryAttempt, message }: protos.google.pubsub.v1.IReceivedMessage,
): Pulled {
  const ackIds = [ackId ?? ''];
  const data = toBuffer(message?.data);
  return {
    body: data.toString(),
    data,
    orderingKey: message?.orderingKey || undefined,
    messageId: message?.messageId ?? '',
    ackId: ackId ?? '',
    publishedAt: Number(message?.publishTime?.seconds ?? 0) * 1_000,
    attributes: message?.attributes ?? {},
    delivery: deliveryAttempt || 1,
    acknowledge: async () => void (await client.acknowledge({ subscription, ackIds })),
    hide: async (ackDeadlineSeconds) =>
      void (await client.modifyAckDeadline({ subscription, ackIds, ackDeadlineSeconds })),
  };
}

function toBuffer(data: protos.google.pubsub.v1.IPubsubMessage['data']): Buffer {
  return typeof data === 'string' ? Buffer.from(data, 'base64') : Buffer.from(data ?? []);
}

function nothingYet(error: { code?: number }): [{ receivedMessages: [] }] {
  if (error.code !== deadlineExceeded) throw error;
  return [{ receivedMessages: [] }];
}
