import type { ApiService } from '../../functions/contracts/routes.ts';
import { keyPrefixes, openOrdersIndex, ordersByCustomerIndex } from '../../functions/contracts/table-keys.ts';
import type { QueueName, ResourceAccess, TableName } from './resources.ts';

export * from './resources.ts';

/**
 * The resources that each service accesses, in cloud-neutral terms. Infrastructure derives two things from one row: the
 * environment variable that names the resource, and the permission to use it. So they cannot drift apart.
 */
export type Service = ApiService | 'settlement' | 'projection' | 'fulfilment' | 'sweeper' | 'invalidation';

export type Trigger =
  | { readonly kind: 'api' }
  | { readonly kind: 'queue'; readonly queue: QueueName; readonly deadLetters: QueueName }
  | {
      readonly kind: 'stream';
      readonly table: TableName;
      readonly records: StreamRecords;
      readonly failures: QueueName;
    }
  | { readonly kind: 'timer' };

/**
 * Whether failures are kept for an operator, as for queues and streams. API callers retry, and a timer's next run
 * continues.
 */
export function hasFailureQueue(trigger: Trigger): trigger is Extract<Trigger, { kind: 'queue' | 'stream' }> {
  return trigger.kind === 'queue' || trigger.kind === 'stream';
}

/** Stream records that invoke the worker. */
export type StreamRecords =
  /** New rows whose sort key has this prefix: the outbox events, not the order's state. */
  | { readonly kind: 'inserts'; readonly sortKeyPrefix: string }
  /** Any change to rows whose key has this prefix. */
  | { readonly kind: 'changes'; readonly keyPrefix: string };

export interface ServiceModel {
  /** The service's stack: a service that calls the CDN must be deployed with it. */
  readonly stack: 'service' | 'edge';
  readonly trigger: Trigger;
  readonly access: readonly ResourceAccess[];
}

/** An index on two string attributes. */
export interface TableIndex {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly holds: 'items' | 'keys';
}

export const orderIndexes: readonly TableIndex[] = [
  { name: ordersByCustomerIndex, partitionKey: 'customer', sortKey: 'acceptedAt', holds: 'items' },
  // Sparse: only rows that have the attribute, one per order that is not final.
  { name: openOrdersIndex, partitionKey: 'open', sortKey: 'acceptedAt', holds: 'keys' },
];

export const services: Readonly<Record<Service, ServiceModel>> = {
  catalog: {
    stack: 'service',
    trigger: { kind: 'api' },
    access: [
      { kind: 'table', env: 'CATALOG_TABLE', table: 'catalog', actions: ['get', 'scan'] },
      { kind: 'table', env: 'VIEWS_TABLE', table: 'views', actions: ['batchGet'] },
      { kind: 'table', env: 'OTHER_VIEWS_TABLES', table: 'views', of: 'other regions', actions: ['batchGet'] },
    ],
  },
  intake: {
    stack: 'service',
    trigger: { kind: 'api' },
    access: [
      {
        kind: 'table',
        env: 'ORDERS_TABLE',
        table: 'orders',
        actions: ['get', 'put', 'update'],
        index: { name: ordersByCustomerIndex, actions: ['query'] },
      },
      {
        kind: 'table',
        env: 'OTHER_ORDERS_TABLES',
        table: 'orders',
        of: 'other regions',
        actions: ['get'],
        index: { name: ordersByCustomerIndex, actions: ['query'] },
      },
      { kind: 'table', env: 'CATALOG_TABLE', table: 'catalog', actions: ['get'] },
      { kind: 'table', env: 'STOCK_TABLE', table: 'stock', actions: ['update'] },
      { kind: 'queue', env: 'ORDER_QUEUE_URL', queue: 'order-requests', actions: ['send'] },
    ],
  },
  settlement: {
    stack: 'service',
    trigger: { kind: 'queue', queue: 'order-requests', deadLetters: 'order-requests-dlq' },
    access: [
      { kind: 'table', env: 'ORDERS_TABLE', table: 'orders', actions: ['get', 'batchGet', 'put', 'update'] },
      // Borrowed units arrive by a transaction in each of the two tables.
      { kind: 'table', env: 'STOCK_TABLE', table: 'stock', actions: ['get', 'update'], amongRegions: ['put'] },
      {
        kind: 'table',
        env: 'OTHER_STOCK',
        table: 'stock',
        of: 'other regions',
        actions: ['get', 'batchGet', 'put', 'update'],
      },
      { kind: 'queue', env: 'DEAD_LETTER_URL', queue: 'order-requests-dlq', actions: ['send'] },
    ],
  },
  projection: {
    stack: 'service',
    trigger: {
      kind: 'stream',
      table: 'orders',
      records: { kind: 'inserts', sortKeyPrefix: keyPrefixes.event },
      failures: 'projection-dlq',
    },
    access: [
      { kind: 'table', env: 'VIEWS_TABLE', table: 'views', actions: ['get', 'batchGet', 'put', 'update'] },
      { kind: 'bus', env: 'BUS_NAME', bus: 'events', actions: ['publish'] },
      { kind: 'queue', env: 'DEAD_LETTER_URL', queue: 'projection-dlq', actions: ['send'] },
    ],
  },
  fulfilment: {
    stack: 'service',
    trigger: { kind: 'queue', queue: 'fulfilment-requests', deadLetters: 'fulfilment-requests-dlq' },
    access: [
      { kind: 'table', env: 'ORDERS_TABLE', table: 'orders', actions: ['get', 'put', 'update'] },
      { kind: 'table', env: 'STOCK_TABLE', table: 'stock', actions: ['update'] },
      { kind: 'table', env: 'COORDINATION_TABLE', table: 'coordination', actions: ['get', 'put'] },
      { kind: 'queue', env: 'FULFILMENT_QUEUE_URL', queue: 'fulfilment-requests', actions: ['send'] },
      { kind: 'queue', env: 'DEAD_LETTER_URL', queue: 'fulfilment-requests-dlq', actions: ['send'] },
      { kind: 'secret', env: 'PARTNER_SECRET', secret: 'partner-signing-key', actions: ['read'] },
    ],
  },
  sweeper: {
    stack: 'service',
    trigger: { kind: 'timer' },
    access: [
      {
        kind: 'table',
        env: 'ORDERS_TABLE',
        table: 'orders',
        actions: ['get'],
        index: { name: openOrdersIndex, actions: ['query'] },
      },
      { kind: 'table', env: 'COORDINATION_TABLE', table: 'coordination', actions: ['get', 'put', 'update', 'check'] },
      // The sweeper finishes transfers that settlement began and could not record.
      { kind: 'table', env: 'STOCK_TABLE', table: 'stock', actions: [], amongRegions: ['get', 'put', 'update'] },
      { kind: 'table', env: 'OTHER_STOCK', table: 'stock', of: 'other regions', actions: ['get', 'update'] },
      { kind: 'queue', env: 'ORDER_QUEUE_URL', queue: 'order-requests', actions: ['send'] },
      { kind: 'queue', env: 'FULFILMENT_QUEUE_URL', queue: 'fulfilment-requests', actions: ['send'] },
    ],
  },
  stock: {
    stack: 'service',
    trigger: { kind: 'api' },
    access: [
      { kind: 'table', env: 'CATALOG_TABLE', table: 'catalog', actions: ['get', 'put', 'update'] },
      { kind: 'table', env: 'STOCK_TABLE', table: 'stock', actions: ['put', 'update'] },
    ],
  },
  invalidation: {
    stack: 'edge',
    trigger: {
      kind: 'stream',
      table: 'catalog',
      records: { kind: 'changes', keyPrefix: keyPrefixes.product },
      failures: 'invalidation-dlq',
    },
    access: [
      { kind: 'cdn', env: 'DISTRIBUTION_ID', cdn: 'distribution', actions: ['invalidate'] },
      { kind: 'queue', env: 'DEAD_LETTER_URL', queue: 'invalidation-dlq', actions: ['send'] },
    ],
  },
};

/** In data-flow order. */
export const serviceNames = Object.keys(services) as Service[];
export const servicesInStack = (stack: ServiceModel['stack']): Service[] =>
  serviceNames.filter((name) => services[name].stack === stack);
export const apiServices = serviceNames.filter((name): name is ApiService => services[name].trigger.kind === 'api');

/** The services that read rows, and report unreadable ones by the metric `UnreadableRows`. */
export const rowReaders = serviceNames.filter((name) => name !== 'invalidation');

/** Queues of unprocessable messages and records, in data-flow order. */
export const deadLetterQueues: readonly QueueName[] = deadLetterQueuesOf(serviceNames);

export function deadLetterQueuesOf(names: readonly Service[]): QueueName[] {
  return names.flatMap((name) => {
    const { trigger } = services[name];
    if (!hasFailureQueue(trigger)) return [];
    return [trigger.kind === 'queue' ? trigger.deadLetters : trigger.failures];
  });
}
