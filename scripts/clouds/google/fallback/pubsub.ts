// A fallback for machines without Google's emulator. It implements what this project uses of Pub/Sub, on the client
// library's protocol files: topics, pull subscriptions, acknowledgement deadlines, dead letters.
import { createRequire } from 'node:module';
import { loadPackageDefinition, Server, type ServiceDefinition, type sendUnaryData, status } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { listen } from './listen.ts';

interface Message {
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageId: string;
  readonly publishTime: { readonly seconds: number };
  readonly orderingKey: string;
}

type Content = Pick<Message, 'data' | 'attributes' | 'orderingKey'>;

interface Subscription {
  readonly name: string;
  readonly topic: string;
  readonly ackDeadlineSeconds: number;
  readonly deadLetterPolicy?: { readonly deadLetterTopic: string; readonly maxDeliveryAttempts: number } | null;
}

interface Held {
  readonly message: Message;
  readonly ackId: string;
  deliveries: number;
  hiddenUntil: number;
}

interface Call<Request> {
  readonly request: Request;
  readonly cancelled: boolean;
}

const pullAgainMs = 20;
const topics = new Set<string>();
const subscriptions = new Map<string, { readonly plan: Subscription; readonly held: Map<string, Held> }>();
let lastId = 0;

function publish(topic: string, { data, attributes, orderingKey }: Content): string {
  const messageId = String(++lastId);
  for (const { plan, held } of subscriptions.values()) {
    if (plan.topic !== topic) continue;
    const ackId = `${plan.name}:${messageId}`;
    const publishTime = { seconds: Math.floor(Date.now() / 1_000) };
    const message = { data, attributes, orderingKey, messageId, publishTime };
    held.set(ackId, { message, ackId, deliveries: 0, hiddenUntil: 0 });
  }
  return messageId;
}

function take(name: string, limit: number): Held[] {
  const { plan, held } = subscriptions.get(name) ?? missing(name);
  const visible = [...held.values()].filter((one) => one.hiddenUntil <= Date.now());
  const { deadLetterTopic = '', maxDeliveryAttempts = Infinity } = plan.deadLetterPolicy ?? {};
  for (const { ackId, message } of visible.filter((one) => one.deliveries >= maxDeliveryAttempts)) {
    held.delete(ackId);
    publish(deadLetterTopic, message);
  }
  const taken = visible.filter((one) => held.has(one.ackId)).slice(0, limit);
  for (const one of taken) {
    one.deliveries++;
    one.hiddenUntil = Date.now() + plan.ackDeadlineSeconds * 1_000;
  }
  return taken;
}

function missing(name: string): never {
  throw Object.assign(new Error(`${name} does not exist`), { code: status.NOT_FOUND });
}

/** Handles a call that is answered immediately. */
function immediate<Request, Answer>(answer: (request: Request) => Answer) {
  return ({ request }: Call<Request>, callback: sendUnaryData<Answer>) => {
    try {
      callback(null, answer(request));
    } catch (error) {
      callback(error as Error, null);
    }
  };
}

type Named = { readonly subscription: string };

const publisher = {
  createTopic: immediate((topic: { name: string }) => {
    topics.add(topic.name);
    return topic;
  }),
  publish: immediate(({ topic, messages }: { topic: string; messages: Message[] }) => {
    if (!topics.has(topic)) missing(topic);
    return { messageIds: messages.map((message) => publish(topic, message)) };
  }),
};

const subscriber = {
  createSubscription: immediate((plan: Subscription) => {
    if (!topics.has(plan.topic)) missing(plan.topic);
    subscriptions.set(plan.name, { plan, held: new Map() });
    return plan;
  }),
  pull(call: Call<Named & { maxMessages: number }>, callback: sendUnaryData<unknown>): void {
    if (call.cancelled) return;
    const { subscription, maxMessages } = call.request;
    const taken = take(subscription, maxMessages);
    if (taken.length === 0) return void setTimeout(() => subscriber.pull(call, callback), pullAgainMs);
    const receivedMessages = taken.map(({ ackId, message, deliveries }) => ({
      ackId,
      message,
      deliveryAttempt: deliveries,
    }));
    callback(null, { receivedMessages });
  },
  acknowledge: immediate(({ subscription, ackIds }: Named & { ackIds: string[] }) => {
    for (const ackId of ackIds) subscriptions.get(subscription)?.held.delete(ackId);
    return {};
  }),
  modifyAckDeadline: immediate(
    ({ subscription, ackIds, ...deadline }: Named & { ackIds: string[]; ackDeadlineSeconds: number }) => {
      for (const ackId of ackIds) {
        const one = subscriptions.get(subscription)?.held.get(ackId);
        if (one) one.hiddenUntil = Date.now() + deadline.ackDeadlineSeconds * 1_000;
      }
      return {};
    },
  ),
};

/** The client library is installed with the adapters. */
const clientLibrary = new URL('../../../../functions/adapters/google/package.json', import.meta.url);
const protocol = createRequire(clientLibrary)('@google-cloud/pubsub/build/protos/protos.json');
const definition = loadPackageDefinition(fromJSON(protocol, { longs: Number, enums: String, defaults: true }));
type Services = Record<'Publisher' | 'Subscriber', { readonly service: ServiceDefinition }>;
const { Publisher, Subscriber } = (definition as unknown as { google: { pubsub: { v1: Services } } }).google.pubsub.v1;
const server = new Server();
server.addService(Publisher.service, publisher);
server.addService(Subscriber.service, subscriber);
listen(server);
