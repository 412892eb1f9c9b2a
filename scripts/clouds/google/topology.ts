import type { SubscriptionPlan } from '../../../functions/adapters/google/subscriptions.ts';
import { stages } from '../../../stacks/stages.ts';

const { queues, functions } = stages.local;

export const database = 'flash-sale';

/** Topics, by the variable that tells a function their name. */
export const topics = {
  ORDER_TOPIC: 'order-requests',
  DEAD_LETTER_TOPIC: 'order-requests-dead',
  EVENT_TOPIC: 'order-events',
  FAILURE_TOPIC: 'projection-failures',
  BUS_TOPIC: 'events',
} as const;

/** Subscriptions that people look into: what was given up. */
export const deadLetterSubscriptions = [topics.DEAD_LETTER_TOPIC, topics.FAILURE_TOPIC];

/** What Pub/Sub pushes, and where to: a message is hidden for longer than the function may work on it. */
export const pushes = [
  { topic: topics.ORDER_TOPIC, deadLetters: topics.DEAD_LETTER_TOPIC, service: 'settlement' },
  { topic: topics.EVENT_TOPIC, deadLetters: topics.FAILURE_TOPIC, service: 'projection' },
] as const;

export const subscriptionPlans: readonly SubscriptionPlan[] = [
  ...deadLetterSubscriptions.map((topic) => ({ name: topic, topic, ackDeadlineSeconds: 60 })),
  ...pushes.map(({ topic, deadLetters, service }) => ({
    name: topic,
    topic,
    ackDeadlineSeconds: functions[service].timeoutSeconds * 2,
    deadLetters: { topic: deadLetters, maxDeliveryAttempts: queues.maxReceiveCount },
  })),
];

/** Functions by the process that serves them here: two, as the machine has more to do than to run these. */
export const processes = {
  api: ['catalog', 'intake', 'stock'],
  workers: ['settlement', 'projection', 'relay'],
} as const;

export type FunctionName = (typeof processes)[keyof typeof processes][number];

/** The folder of a function's entry: the relay is part of the projection's. */
export function entryOf(functionName: string): string {
  return functionName === 'relay' ? 'projection' : functionName;
}
