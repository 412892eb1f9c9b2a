import { projectLetters } from '../../contracts/project.ts';

/** Names of the functions' resources. The stacks create them, and the Functions host finds its triggers by them. */
export const tableName = projectLetters;
export const queues = {
  orders: 'order-requests',
  /** A message here says that a shard has events. */
  outbox: 'outbox',
  /** Confirmed orders, on their way to the partner. */
  fulfilments: 'fulfilment-requests',
} as const;
export type QueueName = (typeof queues)[keyof typeof queues];

/** The queue for messages that the Functions host gave up on. */
export const poisonQueue = <Queue extends QueueName>(queue: Queue) => `${queue}-poison` as const;

/** Prefix of the app settings that locate the storage, for triggers and clients. */
export const connection = 'DATA';
