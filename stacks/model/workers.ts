import type { OrderEvent } from '../../functions/contracts/order-event.ts';
import { type Service, serviceNames, services, type Trigger } from './services.ts';

/** The queue that a service consumes, and its dead-letter queue. Throws for other triggers. */
export function getQueueTrigger(service: Service): Extract<Trigger, { kind: 'queue' }> {
  const { trigger } = services[service];
  if (trigger.kind !== 'queue') throw new Error(`services: ${service}'s trigger is '${trigger.kind}', must be 'queue'`);
  return trigger;
}

/** The stream that a service reads, and its failure queue. Throws for other triggers. */
export function getStreamTrigger(service: StreamReader): Extract<Trigger, { kind: 'stream' }> {
  const { trigger } = services[service];
  if (trigger.kind !== 'stream')
    throw new Error(`services: ${service}'s trigger is '${trigger.kind}', must be 'stream'`);
  return trigger;
}

/** The services that process a queue. */
export type QueueWorker = 'settlement' | 'fulfilment';
export const queueWorkers = serviceNames.filter((name): name is QueueWorker => services[name].trigger.kind === 'queue');
export const isQueueWorker = (name: string): name is QueueWorker => queueWorkers.some((worker) => worker === name);

/** The services that the stream of a table triggers. */
export type StreamReader = 'projection' | 'invalidation';
export const streamReaders = serviceNames.filter(
  (name): name is StreamReader => services[name].trigger.kind === 'stream',
);

/** Events of one type that the bus sends to the queue of a worker. */
export interface Subscription {
  /** Name of its rule. */
  readonly name: string;
  readonly event: OrderEvent['type'];
  readonly worker: QueueWorker;
}

export const subscriptions: readonly Subscription[] = [
  { name: 'confirmed-orders', event: 'OrderConfirmed', worker: 'fulfilment' },
];

/** The services that a timer runs. */
export type TimerWorker = 'sweeper';
export const timerWorkers = serviceNames.filter((name): name is TimerWorker => services[name].trigger.kind === 'timer');
export const isTimerWorker = (name: string): name is TimerWorker => timerWorkers.some((worker) => worker === name);
