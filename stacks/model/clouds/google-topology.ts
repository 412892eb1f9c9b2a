import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import type { QueueWorker, Stage } from '../stages/stage-settings.ts';
import { visibilitySeconds } from '../stages/stage-settings.ts';
import type { CloudService } from './scaling.ts';

/** Topics by the variable that tells a function their name, and who may publish to them. */
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

/** A subscription that Pub/Sub pushes to a worker, and where it puts what it gave up. */
export interface Push {
  readonly name: string;
  readonly topic: TopicVariable;
  /** Only events of this type, by the attribute that the bus sets. */
  readonly type?: OrderEvent['type'];
  readonly deadLetters: TopicVariable;
  readonly service: QueueWorker | 'projection';
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
  // What had to wait, once it is due.
  {
    name: 'fulfilment-requests',
    topic: 'FULFILMENT_TOPIC',
    deadLetters: 'FULFILMENT_DEAD_LETTER_TOPIC',
    service: 'fulfilment',
  },
];

/** Each with a subscription of its own name, so that somebody can look. */
export const deadLetterTopics = [...new Set(pushes.map(({ deadLetters }) => deadLetters))];

/** Where dead letters go back to. What is put there by a redrive leaves a copy in a subscription of its own. */
export const redrives = pushes.filter(({ type }) => type === undefined);
/** A subscription that pushes cannot be looked into. */
export const redrivenName = ({ name }: Push): string => `${name}-redriven`;
export const redrivenFilter = 'attributes:redriveOf';

/** Functions that Cloud Scheduler calls, with the service whose code they are part of. */
export const timers = {
  relay: 'projection',
  postponed: 'fulfilment',
  sweeper: 'sweeper',
} as const satisfies Record<string, CloudService>;
export type Timer = keyof typeof timers;
export const timerNames = Object.keys(timers) as Timer[];

/** What waits is looked for each minute; orders that stand still, as often as the stage says. */
export const scheduleOf = (timer: Timer, { sweeper }: Stage): string =>
  timer === 'sweeper' ? `*/${sweeper.everyMinutes} * * * *` : '* * * * *';

/** Pub/Sub takes 10 to 600 s; beyond it, the message is somebody else's too. */
export const ackDeadlineSeconds = (stage: Stage, worker?: QueueWorker): number =>
  Math.min(600, visibilitySeconds(stage, worker));
/** Pub/Sub takes 5 to 100. */
export const deliveryAttempts = (stage: Stage): number => Math.min(100, Math.max(5, stage.queues.maxReceiveCount));
