import type { Stage } from '../../stage-settings.ts';
import { visibilitySeconds } from '../../stage-settings.ts';
import type { CloudService } from '../scaling.ts';

/** Topics by the variable that tells a function their name, and who may publish to them. */
export const topics = {
  ORDER_TOPIC: { name: 'order-requests', publishers: ['intake'] },
  DEAD_LETTER_TOPIC: { name: 'order-requests-dead', publishers: ['settlement'] },
  EVENT_TOPIC: { name: 'order-events', publishers: ['intake', 'settlement', 'projection'] },
  FAILURE_TOPIC: { name: 'projection-failures', publishers: ['projection'] },
  BUS_TOPIC: { name: 'events', publishers: ['projection'] },
} as const satisfies Record<string, { readonly name: string; readonly publishers: readonly CloudService[] }>;

export type TopicVariable = keyof typeof topics;

/** What Pub/Sub pushes to a worker, and where it puts what it gave up. */
export const pushes = [
  { topic: 'ORDER_TOPIC', deadLetters: 'DEAD_LETTER_TOPIC', service: 'settlement' },
  { topic: 'EVENT_TOPIC', deadLetters: 'FAILURE_TOPIC', service: 'projection' },
] as const satisfies readonly { topic: TopicVariable; deadLetters: TopicVariable; service: CloudService }[];

/** Pub/Sub takes 10 to 600 s; beyond it, the message is somebody else's too. */
export const ackDeadlineSeconds = (stage: Stage): number => Math.min(600, visibilitySeconds(stage));
/** Pub/Sub takes 5 to 100. */
export const deliveryAttempts = (stage: Stage): number => Math.min(100, Math.max(5, stage.queues.maxReceiveCount));
