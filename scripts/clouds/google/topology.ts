import type { SubscriptionPlan } from '../../../functions/adapters/google/subscriptions.ts';
import {
  deadLetterTopics,
  topics as planned,
  pushes as plannedPushes,
  redrivenFilter,
  redrivenName,
  redrives,
  type Timer,
  type TopicVariable,
  timers,
} from '../../../stacks/model/clouds/google-topology.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';

const { queues, functions } = stages.local;

export const database = 'flash-sale';

/** Topics, by the variable that tells a function their name. */
export const topics = Object.fromEntries(
  Object.entries(planned).map(([variable, { name }]) => [variable, name]),
) as Readonly<Record<TopicVariable, string>>;

/** Subscriptions that people look into: what was given up. */
export const deadLetterSubscriptions = deadLetterTopics.map((variable) => topics[variable]);

/** What Pub/Sub pushes, and where to: a message is hidden for longer than the function may work on it. */
export const pushes = plannedPushes.map((push) => ({
  ...push,
  topic: topics[push.topic],
  deadLetters: topics[push.deadLetters],
}));

export const subscriptionPlans: readonly SubscriptionPlan[] = [
  ...deadLetterSubscriptions.map((topic) => ({ name: topic, topic, ackDeadlineSeconds: 60 })),
  ...redrives.map((push) => ({
    name: redrivenName(push),
    topic: topics[push.topic],
    filter: redrivenFilter,
    ackDeadlineSeconds: 60,
  })),
  ...pushes.map(({ name, topic, deadLetters, service }) => ({
    name,
    topic,
    ackDeadlineSeconds: functions[service].timeoutSeconds * 2,
    deadLetters: { topic: deadLetters, maxDeliveryAttempts: queues.maxReceiveCount },
  })),
];

/** Functions by the process that serves them here: two, as the machine has more to do than to run these. */
export const processes = {
  api: ['catalog', 'intake', 'stock'],
  workers: ['settlement', 'projection', 'relay', 'fulfilment', 'postponed', 'sweeper'],
} as const;

export type FunctionName = (typeof processes)[keyof typeof processes][number];

/** The folder of a function's entry. */
export function entryOf(functionName: string): string {
  return timers[functionName as Timer] ?? functionName;
}
