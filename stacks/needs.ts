import type { ApiService } from '../functions/contracts/routes.ts';

/**
 * What each service needs, in words of no particular cloud. Infrastructure makes two things from one row: the
 * environment variable that names the resource, and the permission to use it. So they cannot drift apart.
 */
export type Service = ApiService | 'settlement' | 'projection';
export type TableName = 'orders' | 'stock' | 'catalog' | 'views';
export type QueueName = 'order-requests' | 'order-requests-dlq' | 'projection-failures';

/** A transaction needs the verbs of its parts. */
export type TableVerb = 'get' | 'batchGet' | 'put' | 'update' | 'query' | 'scan';

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

export type Need = TableNeed | QueueNeed | BusNeed;

export type Trigger =
  | { readonly kind: 'api' }
  | { readonly kind: 'queue'; readonly queue: QueueName; readonly deadLetters: QueueName }
  | {
      readonly kind: 'stream';
      readonly table: TableName;
      /** Only rows that are new and whose sort key starts so: the events of the outbox, not the order's state. */
      readonly insertsWithSortKeyPrefix: string;
      readonly failures: QueueName;
    };

export interface ServiceNeeds {
  readonly trigger: Trigger;
  readonly needs: readonly Need[];
}

export const ordersByCustomer = 'byCustomer';

export const services: Readonly<Record<Service, ServiceNeeds>> = {
  catalog: {
    trigger: { kind: 'api' },
    needs: [
      { kind: 'table', env: 'CATALOG_TABLE', table: 'catalog', verbs: ['get', 'scan'] },
      { kind: 'table', env: 'VIEWS_TABLE', table: 'views', verbs: ['batchGet'] },
    ],
  },
  intake: {
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
    trigger: { kind: 'queue', queue: 'order-requests', deadLetters: 'order-requests-dlq' },
    needs: [
      { kind: 'table', env: 'ORDERS_TABLE', table: 'orders', verbs: ['get', 'put', 'update'] },
      { kind: 'table', env: 'STOCK_TABLE', table: 'stock', verbs: ['get', 'update'] },
      { kind: 'queue', env: 'DEAD_LETTER_URL', queue: 'order-requests-dlq', verbs: ['send'] },
    ],
  },
  projection: {
    trigger: {
      kind: 'stream',
      table: 'orders',
      insertsWithSortKeyPrefix: 'EVENT#',
      failures: 'projection-failures',
    },
    needs: [
      { kind: 'table', env: 'VIEWS_TABLE', table: 'views', verbs: ['get', 'put', 'update'] },
      { kind: 'bus', env: 'BUS_NAME', bus: 'events', verbs: ['publish'] },
      { kind: 'queue', env: 'FAILURE_QUEUE_URL', queue: 'projection-failures', verbs: ['send'] },
    ],
  },
  stock: {
    trigger: { kind: 'api' },
    needs: [
      { kind: 'table', env: 'CATALOG_TABLE', table: 'catalog', verbs: ['get', 'put', 'update'] },
      { kind: 'table', env: 'STOCK_TABLE', table: 'stock', verbs: ['put', 'update'] },
    ],
  },
};

/** In the order of the data flow. */
export const serviceNames = Object.keys(services) as Service[];
export const apiServices = serviceNames.filter((name): name is ApiService => services[name].trigger.kind === 'api');
