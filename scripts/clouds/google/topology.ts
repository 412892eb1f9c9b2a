import type { SubscriptionPlan } from '../../../functions/adapters/google/subscriptions.ts';
import { project } from '../../../functions/contracts/project.ts';
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

export const database = project;

/** Topic names, by the environment variable that passes them to a function. */
export const topics = Object.fromEntries(
  Object.entries(planned).map(([variable, { name }]) => [variable, name]),
) as Readonly<Record<TopicVariable, string>>;

/** The subscriptions that hold the dead letters. */
const deadLetterSubscriptions = deadLetterTopics.map((variable) => topics[variable]);

/** The push subscriptions, with their local topic names. */
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
    // Longer than the function may work on a message.
    ackDeadlineSeconds: functions[service].timeoutSeconds * 2,
    deadLetters: { topic: deadLetters, maxDeliveryAttempts: queues.maxReceiveCount },
  })),
];

/** Functions by the local process that serves them; only two processes, to spare the machine. */
export const processes = {
  api: ['catalog', 'intake', 'stock'],
  workers: ['settlement', 'projection', 'relay', 'fulfilment', 'postponed', 'sweeper'],
} as const;

export type FunctionName = (typeof processes)[keyof typeof processes][number];

/** The folder of a function's entry. */
export function entryOf(functionName: string): string {
  return timers[functionName as Timer] ?? functionName;
}
