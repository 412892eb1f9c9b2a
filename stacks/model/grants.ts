import type { ApiService } from '../../functions/contracts/routes.ts';

/**
 * What each service needs, in words of no particular cloud. Infrastructure makes two things from one row: the
 * environment variable that names the resource, and the permission to use it. So they cannot drift apart.
 */
export type Service = ApiService | 'settlement' | 'projection' | 'fulfilment' | 'sweeper' | 'invalidation';
export const tableNames = ['orders', 'stock', 'catalog', 'views', 'coordination'] as const;
export type TableName = (typeof tableNames)[number];
export type QueueName =
  | 'order-requests'
  | 'order-requests-dlq'
  | 'projection-failures'
  | 'fulfilment-requests'
  | 'fulfilment-requests-dlq'
  | 'invalidation-failures';

/** A transaction needs the verbs of its parts. */
export type TableVerb = 'get' | 'batchGet' | 'put' | 'update' | 'check' | 'query' | 'scan';

export interface TableNeed {
  readonly kind: 'table';
  readonly env: string;
  readonly table: TableName;
  readonly verbs: readonly TableVerb[];
  /** Permission on an index is apart from permission on its table. */
  readonly index?: { readonly name: string; readonly verbs: readonly TableVerb[] };
}

export interface QueueNeed {
  readonly kind: 'queue';
  readonly env: string;
  readonly queue: QueueName;
  readonly verbs: readonly 'send'[];
}

export interface BusNeed {
  readonly kind: 'bus';
  readonly env: string;
  readonly bus: 'events';
  readonly verbs: readonly 'publish'[];
}

export interface CdnNeed {
  readonly kind: 'cdn';
  readonly env: string;
  readonly cdn: 'distribution';
  readonly verbs: readonly 'invalidate'[];
}

export type Need = TableNeed | QueueNeed | BusNeed | CdnNeed;

/** A resource as a function sees it: what its environment variable holds, and what its permission names. */
export interface Bound {
  readonly value: string;
  readonly arn: string;
}

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

/** Who calls an API repeats what failed, and the next run of a timer goes on; the others keep it for somebody to look at. */
export function keepsFailures(trigger: Trigger): trigger is Extract<Trigger, { kind: 'queue' | 'stream' }> {
  return trigger.kind === 'queue' || trigger.kind === 'stream';
}

/** Which records of a stream are worth an invocation. */
export type StreamRecords =
  /** Rows that are new and whose sort key starts so: the events of the outbox, not the order's state. */
  | { readonly kind: 'inserts'; readonly sortKeyPrefix: string }
  /** Whatever happens to rows whose key starts so. */
  | { readonly kind: 'changes'; readonly keyPrefix: string };

export interface ServiceNeeds {
  /** Which stack it is part of: what works for the CDN can only stand behind it. */
  readonly stack: 'service' | 'edge';
  readonly trigger: Trigger;
  readonly needs: readonly Need[];
}

/** An index on two string attributes. */
export interface TableIndex {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly holds: 'items' | 'keys';
}

export const ordersByCustomer = 'byCustomer';
export const openOrders = 'open';
export const orderIndexes: readonly TableIndex[] = [
  { name: ordersByCustomer, partitionKey: 'customer', sortKey: 'acceptedAt', holds: 'items' },
  // Only rows that have the attribute stand in it: as many as there are open orders.
  { name: openOrders, partitionKey: 'open', sortKey: 'acceptedAt', holds: 'keys' },
];

export const services: Readonly<Record<Service, ServiceNeeds>> = {
  catalog: {
    stack: 'service',
    trigger: { kind: 'api' },
    needs: [
      { kind: 'table', env: 'CATALOG_TABLE', table: 'catalog', verbs: ['get', 'scan'] },
      { kind: 'table', env: 'VIEWS_TABLE', table: 'views', verbs: ['batchGet'] },
    ],
  },
  intake: {
    stack: 'service',
    trigger: { kind: 'api' },
    needs: [
      {
        kind: 'table',
        env: 'ORDERS_TABLE',
        table: 'orders',
        verbs: ['get', 'put', 'update'],
        index: { name: ordersByCustomer, verbs: ['query'] },
      },
      { kind: 'table', env: 'CATALOG_TABLE', table: 'catalog', verbs: ['get'] },
      { kind: 'table', env: 'STOCK_TABLE', table: 'stock', verbs: ['update'] },
      { kind: 'queue', env: 'ORDER_QUEUE_URL', queue: 'order-requests', verbs: ['send'] },
    ],
  },
  settlement: {
    stack: 'service',
    trigger: { kind: 'queue', queue: 'order-requests', deadLetters: 'order-requests-dlq' },
    needs: [
      { kind: 'table', env: 'ORDERS_TABLE', table: 'orders', verbs: ['get', 'put', 'update'] },
      { kind: 'table', env: 'STOCK_TABLE', table: 'stock', verbs: ['get', 'update'] },
      { kind: 'queue', env: 'DEAD_LETTER_URL', queue: 'order-requests-dlq', verbs: ['send'] },
    ],
  },
  projection: {
    stack: 'service',
    trigger: {
      kind: 'stream',
      table: 'orders',
      records: { kind: 'inserts', sortKeyPrefix: 'EVENT#' },
      failures: 'projection-failures',
    },
    needs: [
      { kind: 'table', env: 'VIEWS_TABLE', table: 'views', verbs: ['get', 'batchGet', 'put', 'update'] },
      { kind: 'bus', env: 'BUS_NAME', bus: 'events', verbs: ['publish'] },
      { kind: 'queue', env: 'FAILURE_QUEUE_URL', queue: 'projection-failures', verbs: ['send'] },
    ],
  },
  fulfilment: {
    stack: 'service',
    trigger: { kind: 'queue', queue: 'fulfilment-requests', deadLetters: 'fulfilment-requests-dlq' },
    needs: [
      { kind: 'table', env: 'ORDERS_TABLE', table: 'orders', verbs: ['get', 'put', 'update'] },
      { kind: 'table', env: 'STOCK_TABLE', table: 'stock', verbs: ['update'] },
      { kind: 'table', env: 'COORDINATION_TABLE', table: 'coordination', verbs: ['get', 'put'] },
      { kind: 'queue', env: 'FULFILMENT_QUEUE_URL', queue: 'fulfilment-requests', verbs: ['send'] },
      { kind: 'queue', env: 'DEAD_LETTER_URL', queue: 'fulfilment-requests-dlq', verbs: ['send'] },
    ],
  },
  sweeper: {
    stack: 'service',
    trigger: { kind: 'timer' },
    needs: [
      {
        kind: 'table',
        env: 'ORDERS_TABLE',
        table: 'orders',
        verbs: ['get'],
        index: { name: openOrders, verbs: ['query'] },
      },
      { kind: 'table', env: 'COORDINATION_TABLE', table: 'coordination', verbs: ['get', 'put', 'update', 'check'] },
      { kind: 'queue', env: 'ORDER_QUEUE_URL', queue: 'order-requests', verbs: ['send'] },
      { kind: 'queue', env: 'FULFILMENT_QUEUE_URL', queue: 'fulfilment-requests', verbs: ['send'] },
    ],
  },
  stock: {
    stack: 'service',
    trigger: { kind: 'api' },
    needs: [
      { kind: 'table', env: 'CATALOG_TABLE', table: 'catalog', verbs: ['get', 'put', 'update'] },
      { kind: 'table', env: 'STOCK_TABLE', table: 'stock', verbs: ['put', 'update'] },
    ],
  },
  invalidation: {
    stack: 'edge',
    trigger: {
      kind: 'stream',
      table: 'catalog',
      records: { kind: 'changes', keyPrefix: 'PRODUCT#' },
      failures: 'invalidation-failures',
    },
    needs: [
      { kind: 'cdn', env: 'DISTRIBUTION_ID', cdn: 'distribution', verbs: ['invalidate'] },
      { kind: 'queue', env: 'FAILURE_QUEUE_URL', queue: 'invalidation-failures', verbs: ['send'] },
    ],
  },
};

/** The queue that a service works off, and its dead letters. */
export function queueOf(service: Service): Extract<Trigger, { kind: 'queue' }> {
  const { trigger } = services[service];
  if (trigger.kind !== 'queue') throw new Error(`needs: ${service}'s trigger is '${trigger.kind}', must be 'queue'`);
  return trigger;
}

/** In the order of the data flow. */
export const serviceNames = Object.keys(services) as Service[];
export const servicesOf = (stack: ServiceNeeds['stack']): Service[] =>
  serviceNames.filter((name) => services[name].stack === stack);
export const apiServices = serviceNames.filter((name): name is ApiService => services[name].trigger.kind === 'api');
