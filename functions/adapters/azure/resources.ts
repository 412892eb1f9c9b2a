/** The names of what the functions use; stacks make them, and the Functions host finds its triggers by them. */
export const tableName = 'flashsale';
export const queues = {
  orders: 'order-requests',
  /** A message here says that a shard has events. */
  outbox: 'outbox',
  /** Confirmed orders, on their way to the partner. */
  fulfilments: 'fulfilment-requests',
} as const;
export type QueueName = (typeof queues)[keyof typeof queues];

/** Where the Functions host copies what it gave up. */
export const poisonQueue = <Queue extends QueueName>(queue: Queue) => `${queue}-poison` as const;

/** The prefix of the app settings that say where the data is: of the triggers, and of the clients here. */
export const connection = 'DATA';
