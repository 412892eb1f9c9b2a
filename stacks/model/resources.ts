/** The resources that services may access, by their names in the model. */
export const tableNames = ['orders', 'stock', 'catalog', 'views', 'coordination'] as const;
export type TableName = (typeof tableNames)[number];
export type QueueName =
  | 'order-requests'
  | 'order-requests-dlq'
  | 'projection-dlq'
  | 'fulfilment-requests'
  | 'fulfilment-requests-dlq'
  | 'invalidation-dlq';

/** A name must not end in a hyphen and six characters, as ARNs do: a partial ARN would be taken for a complete one. */
export const secretNames = ['partner-signing-key'] as const;
export type SecretName = (typeof secretNames)[number];

/** A transaction needs the actions of each of its operations. */
export type TableAction = 'get' | 'batchGet' | 'put' | 'update' | 'check' | 'query' | 'scan';

export interface TableAccess {
  readonly kind: 'table';
  readonly env: string;
  readonly table: TableName;
  readonly actions: readonly TableAction[];
  /** Additional actions in a stage of several regions; without `actions`, the row exists only there. */
  readonly amongRegions?: readonly TableAction[];
  /**
   * The tables of the stage's other regions instead of its own: their copies in this region if the table is replicated,
   * otherwise the tables themselves. None in a stage of one region.
   */
  readonly of?: 'other regions';
  /** An index needs its own permission, separate from its table's. */
  readonly index?: { readonly name: string; readonly actions: readonly TableAction[] };
}

export interface QueueAccess {
  readonly kind: 'queue';
  readonly env: string;
  readonly queue: QueueName;
  readonly actions: readonly 'send'[];
}

export interface BusAccess {
  readonly kind: 'bus';
  readonly env: string;
  readonly bus: 'events';
  readonly actions: readonly 'publish'[];
}

export interface CdnAccess {
  readonly kind: 'cdn';
  readonly env: string;
  readonly cdn: 'distribution';
  readonly actions: readonly 'invalidate'[];
}

/** Read while the function runs, so that a rotation needs no deploy. */
export interface SecretAccess {
  readonly kind: 'secret';
  readonly env: string;
  readonly secret: SecretName;
  readonly actions: readonly 'read'[];
}

export type ResourceAccess = TableAccess | QueueAccess | BusAccess | CdnAccess | SecretAccess;
