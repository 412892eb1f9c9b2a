import type { OrderEvent } from '../../../../functions/contracts/order-event.ts';
import type { DeadLetterReason } from '../../../../functions/contracts/order-request.ts';
import type { OrderLedger } from '../../../../functions/ports/ledger.ts';
import { countMetrics } from '../count-metrics.ts';
import type { World } from '../platform.ts';
import { type Consume, composeServices, type ServiceParts, type Services } from '../services.ts';
import { hookEntries, loadEntry } from '../world/entry-source.ts';
import { Environments } from '../world/environments.ts';
import { type Message, Queue } from '../world/queue.ts';
import type { Scheduler } from '../world/scheduler.ts';
import { failure } from './documents.ts';
import { type Answered, host, PushedRequest } from './sdk.ts';

const sdk = new URL('sdk.ts', import.meta.url);
hookEntries('google', {
  ...{ './framework-server.ts': sdk, '@google-cloud/pubsub': sdk },
  // A token is verified outside of simulated time.
  '../adapters/google/push-token.ts': sdk,
});
const topics = {
  ...{ ORDER_TOPIC: 'order-requests', EVENT_TOPIC: 'events', BUS_TOPIC: 'bus', FIRESTORE_DATABASE: 'simulated' },
  ...{ DEAD_LETTER_TOPIC: 'order-letters', PROJECTION_DEAD_LETTER_TOPIC: 'event-letters' },
};
Object.assign(process.env, topics);

const entries = {
  settlement: await loadEntry('settlement', 'google'),
  projection: await loadEntry('projection', 'google'),
};
const google = new URL('../../../../functions/adapters/google/', import.meta.url).href;
const { relayingLedger } = (await import(`${google}relay.ts`)) as {
  relayingLedger(db: object, parts: { ledger: OrderLedger; hand: object; onError: () => void }): OrderLedger;
};
const { eventTopic } = (await import(`${google}messaging.ts`)) as { eventTopic(name: string): object };

const exhausted = failure('slow down', 8);
const late = failure('no answer came in time', 4);
/** Pub/Sub redelivers for days; a letter's way back is the redrive's business. */
const eventRules = {
  work: 'push',
  hideMs: 60_000,
  maxReceives: 1_000,
  batch: 5,
  windowMs: 50,
  twice: 0.1,
  forget: 0.03,
};

/** The Google entries of the workers. The API is composed: it would verify tokens, outside of simulated time. */
export function googleServices(parts: ServiceParts): Services {
  const { scheduler, world, platform } = parts;
  countMetrics(parts.counts);
  const start = (entry: keyof typeof entries) => new Environments(scheduler, () => begin(entry));
  const [settlement, projection] = [start('settlement'), start('projection')];
  const events = new Queue(scheduler, eventRules, onPushes(scheduler, projection, 'projection'));
  connect(world, events);
  const ledger = relayingLedger(host.db ?? {}, {
    ...{ ledger: platform.ports.ledger, hand: eventTopic(topics.EVENT_TOPIC), onError: () => {} },
  });
  return {
    ...composeServices({ ...parts, platform: { ...platform, ports: { ...platform.ports, ledger } } }),
    settle: onPushes(scheduler, settlement, 'settlement'),
    async relay() {
      const status = await projection.invoke((functions) => call(functions, 'relay', undefined));
      if (status !== 204) scheduler.trace('relay', `status ${status}`);
    },
  };
}

type Functions = typeof host.functions;

function begin(entry: keyof typeof entries): Functions {
  host.functions = new Map();
  entries[entry]();
  return host.functions;
}

/** Calls a function as Pub/Sub or Cloud Scheduler does. @returns the status */
function call(functions: Functions, name: string, body: unknown): Promise<number> {
  const listener = functions.get(name);
  if (!listener) throw new Error(`no entry has a function '${name}'`);
  return new Promise((resolve) => {
    let status = 0;
    const response: Answered = {
      writeHead(code) {
        status = code;
        return response;
      },
      end: () => resolve(status),
      // The connection breaks, as if nobody had answered.
      destroy: () => resolve(0),
    };
    listener(new PushedRequest(body), response);
  });
}

/** Each message is a request of its own, in an environment of its own; anything but a 2xx is redelivered. */
function onPushes(scheduler: Scheduler, environments: Environments<Functions>, name: string): Consume<Message> {
  return async (messages) => {
    const failed = new Set<string>();
    await Promise.all(
      messages.map(async ({ id, body }) => {
        const message = { data: Buffer.from(body).toString('base64'), messageId: id };
        const status = await environments.invoke((functions) => call(functions, name, { message }));
        if (status >= 200 && status < 300) return;
        scheduler.trace(id, `status ${status}`);
        failed.add(id);
      }),
    );
    return failed;
  };
}

function connect({ calls, enqueue, published, bury }: World, events: Queue): void {
  const receivers: Readonly<Record<string, (text: string, reason: DeadLetterReason) => void>> = {
    [topics.ORDER_TOPIC]: (text) => enqueue(text),
    [topics.EVENT_TOPIC]: (text) => events.send(text),
    [topics.BUS_TOPIC]: (text) => published(JSON.parse(text) as OrderEvent),
    [topics.DEAD_LETTER_TOPIC]: bury,
    [topics.PROJECTION_DEAD_LETTER_TOPIC]: bury,
  };
  host.publish = (topic, text, attributes) =>
    calls.make<string>({
      name: `publish ${topic}`,
      execute(answer) {
        receivers[topic]?.(text, attributes.reason as DeadLetterReason);
        answer('message');
      },
      busy: () => exhausted,
      lost: () => late,
    });
}
