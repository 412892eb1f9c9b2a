import type { OrderEvent } from '../../../../functions/contracts/order-event.ts';
import type { DeadLetterReason } from '../../../../functions/contracts/order-request.ts';
import { failure as failed } from '../channels.ts';
import { sharedSecret } from '../partner.ts';
import type { World } from '../platform.ts';
import type { CallMaker } from '../world/calls.ts';
import type { Queue } from '../world/queue.ts';
import { failure } from './documents.ts';
import { host } from './sdk.ts';

export const topics = {
  ...{ ORDER_TOPIC: 'order-requests', EVENT_TOPIC: 'events', BUS_TOPIC: 'bus', FULFILMENT_TOPIC: 'fulfilments' },
  ...{ DEAD_LETTER_TOPIC: 'order-letters', PROJECTION_DEAD_LETTER_TOPIC: 'event-letters' },
  ...{ FULFILMENT_DEAD_LETTER_TOPIC: 'fulfilment-letters' },
} as const;

const exhausted = failure('slow down', 8);
const late = failure('no answer came in time', 4);

interface Sent {
  readonly text: string;
  readonly reason: DeadLetterReason;
  readonly sender: string;
}

/** Simulates Pub/Sub. */
export function connectTopics(world: World, events: Queue): void {
  const { calls, enqueue, published, bury, postpone } = world;
  const receivers: Readonly<Record<string, (sent: Sent) => void>> = {
    [topics.ORDER_TOPIC]: ({ text, sender }) => enqueue(text, sender),
    [topics.EVENT_TOPIC]: ({ text }) => events.send(text),
    [topics.BUS_TOPIC]: ({ text }) => published(JSON.parse(text) as OrderEvent),
    [topics.FULFILMENT_TOPIC]: ({ text, sender }) => postpone?.(text, 0, sender),
    [topics.DEAD_LETTER_TOPIC]: ({ text, reason }) => bury(text, reason, 'settlement'),
    [topics.PROJECTION_DEAD_LETTER_TOPIC]: ({ text, reason }) => bury(text, reason, 'projection'),
    [topics.FULFILMENT_DEAD_LETTER_TOPIC]: ({ text, reason }) => bury(text, reason, 'fulfilment'),
  };
  host.publish = (topic, text, attributes) => {
    const sender = calls.scheduler.current?.name ?? '';
    return calls.make<string>({
      name: `publish ${topic}`,
      execute(answer) {
        // Subscriptions filter by the attribute `type`.
        if (topic === topics.BUS_TOPIC && attributes.type !== (JSON.parse(text) as OrderEvent).type)
          return answer(calls.refuse(`an event has the type ${attributes.type} beside its body: ${text}`));
        receivers[topic]?.({ text, reason: attributes.reason as DeadLetterReason, sender });
        answer('message');
      },
      busy: () => exhausted,
      lost: () => late,
    });
  };
}

/** Simulates Secret Manager, whose secret is mounted as a file. */
export function mountSecret(calls: CallMaker): void {
  host.readSecret = () =>
    calls.make<string>({
      name: 'read secret',
      execute: (answer) => answer(sharedSecret),
      busy: () => failed('EIO'),
      lost: () => failed('EIO'),
    });
}
