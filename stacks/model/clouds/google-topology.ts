import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import type { Stage } from '../stages/stage-settings.ts';
import { workerVisibilityTimeout } from '../stages/stage-settings.ts';
import { isTimerWorker, type QueueWorker, type StreamReader } from '../workers.ts';
import type { CloudService } from './scaling.ts';

/** Topics by the environment variable that holds their name, and their publishers. */
export const topics = {
  ORDER_TOPIC: { name: 'order-requests', publishers: ['intake', 'sweeper'] },
  DEAD_LETTER_TOPIC: { name: 'order-requests-dead', publishers: ['settlement'] },
  EVENT_TOPIC: { name: 'order-events', publishers: ['intake', 'settlement', 'projection', 'fulfilment'] },
  PROJECTION_DEAD_LETTER_TOPIC: { name: 'projection-dlq', publishers: ['projection'] },
  BUS_TOPIC: { name: 'events', publishers: ['projection'] },
  FULFILMENT_TOPIC: { name: 'fulfilment-requests', publishers: ['fulfilment'] },
  FULFILMENT_DEAD_LETTER_TOPIC: { name: 'fulfilment-requests-dead', publishers: ['fulfilment'] },
} as const satisfies Record<string, { readonly name: string; readonly publishers: readonly CloudService[] }>;

export type TopicVariable = keyof typeof topics;

/** On Google, the stream of the orders is a topic. */
type EventReader = Exclude<StreamReader, 'invalidation'>;

/** A push subscription of a worker, and its dead-letter topic. */
export interface Push {
  readonly name: string;
  readonly topic: TopicVariable;
  /** Only events of this type, by the attribute that the bus sets. */
  readonly type?: OrderEvent['type'];
  readonly deadLetters: TopicVariable;
  readonly service: QueueWorker | EventReader;
}

export const pushes: readonly Push[] = [
  { name: 'order-requests', topic: 'ORDER_TOPIC', deadLetters: 'DEAD_LETTER_TOPIC', service: 'settlement' },
  { name: 'order-events', topic: 'EVENT_TOPIC', deadLetters: 'PROJECTION_DEAD_LETTER_TOPIC', service: 'projection' },
  {
    name: 'confirmed-orders',
    topic: 'BUS_TOPIC',
    type: 'OrderConfirmed',
    deadLetters: 'FULFILMENT_DEAD_LETTER_TOPIC',
    service: 'fulfilment',
  },
  // Postponed requests, once they are due.
  {
    name: 'fulfilment-requests',
    topic: 'FULFILMENT_TOPIC',
    deadLetters: 'FULFILMENT_DEAD_LETTER_TOPIC',
    service: 'fulfilment',
  },
];

/** Each has a subscription of the same name, so that operators can read it. */
export const deadLetterTopics = [...new Set(pushes.map(({ deadLetters }) => deadLetters))];

/** Targets of a redrive. A separate subscription keeps a copy of each redriven message. */
export const redrives = pushes.filter(({ type }) => type === undefined);
/** The copy's subscription; push subscriptions cannot be read. */
export const redrivenName = ({ name }: Push): string => `${name}-redriven`;
export const redrivenFilter = 'attributes:redriveOf';

/** Functions that Cloud Scheduler calls, with the service that holds their code. */
export const timers = {
  relay: 'projection',
  postponed: 'fulfilment',
  sweeper: 'sweeper',
} as const satisfies Record<string, CloudService>;
export type Timer = keyof typeof timers;
export const timerNames = Object.keys(timers) as Timer[];

/** A service that a timer runs has the stage's interval; all others run each minute. */
export const minutesBetween = (timer: Timer, stage: Stage): number =>
  isTimerWorker(timer) ? stage[timer].everyMinutes : 1;
export const toSchedule = (timer: Timer, stage: Stage): string =>
  isTimerWorker(timer) ? `*/${minutesBetween(timer, stage)} * * * *` : '* * * * *';

/** Pub/Sub accepts 10 to 600 s; after it, the message is redelivered. */
export const ackDeadlineSeconds = (stage: Stage, worker?: QueueWorker): number =>
  Math.min(600, workerVisibilityTimeout(stage, worker));
/** Pub/Sub accepts 5 to 100. */
export const deliveryAttempts = (stage: Stage): number => Math.min(100, Math.max(5, stage.queues.maxReceiveCount));
