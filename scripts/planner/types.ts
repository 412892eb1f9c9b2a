import type { QueueName, Service, TableName } from '../../stacks/model/services.ts';
import type { PriceSource } from '../prices/price.ts';

// What the planner's rooms exchange: calibration -> model -> cost. Plain data, so that each can be tested alone.

/** How a number is known. `rule`: documented, without a published measurement. */
export type Mark = 'measured' | 'documented' | 'rule' | 'guessed';

export interface Source {
  readonly source: string;
  /** ISO 8601 date on which the source said so. */
  readonly date: string;
  readonly mark: Mark;
}

export const stepNames = [
  'placeOrder',
  'repeatPost',
  'repeatSettled',
  'getProduct',
  'getStock',
  'listProducts',
  'getOrder',
  'listOrders',
  'cancelOrder',
  'confirm',
  'reject',
  'project',
  'fulfil',
  'fulfilUnanswered',
  'sweep',
] as const;
/**
 * One call of a use case. `repeatSettled`: a post that is repeated after its order was decided. `fulfilUnanswered`: the partner did not answer, and a delayed copy is sent.
 */
export type StepName = (typeof stepNames)[number];

/** What DynamoDB charges and limits, per table. */
export interface TableWork {
  /** API calls, a transaction or batch counts once. */
  readonly calls: number;
  readonly readUnits: number;
  /** Units of the table without its indexes, transactions already doubled. */
  readonly writeUnits: number;
  /** The indexes' share, never doubled. */
  readonly indexWriteUnits: number;
  /** Bytes that the table and its indexes hold for it afterwards. */
  readonly storedBytes: number;
}

export interface QueueWork {
  /** Messages sent. */
  readonly messages: number;
  /** Body and attributes, all messages together. */
  readonly bytes: number;
}

export interface Work {
  readonly tables: Readonly<Partial<Record<TableName, TableWork>>>;
  readonly queues: Readonly<Partial<Record<QueueName, QueueWork>>>;
  readonly events: { readonly count: number; readonly bytes: number };
  readonly partnerCalls: number;
  /** Network calls that wait for each other: the length of the longest chain. */
  readonly roundTrips: number;
  /** Bytes that the API answers. */
  readonly responseBytes: number;
}

/**
 * Work of one step. A group of n orders costs `perGroup + n * perOrder`: confirm groups by shard, project by row of
 * counters, sweep by run. Steps without groups have an empty `perGroup`.
 */
export interface StepWork {
  readonly service: Service;
  readonly perOrder: Work;
  readonly perGroup: Work;
}

export interface Calibration {
  readonly steps: Readonly<Record<StepName, StepWork>>;
  /** Largest group of orders in one transaction of `confirm`, without and with a limit per customer. */
  readonly groupMax: { readonly unlimited: number; readonly limited: number };
  readonly source: Source;
}

/** Billing units of a period, as the providers count them. */
export interface Usage {
  /** Length of the period; fixed prices are of a month of 730 h. */
  readonly hours: number;
  readonly functions: Readonly<Record<Service, FunctionUsage>>;
  readonly api: {
    readonly kind: 'http-api' | 'function-url';
    readonly requests: number;
    readonly responseGb: number;
  };
  readonly queues: Readonly<Partial<Record<QueueName, QueueUsage>>>;
  readonly tables: Readonly<Record<TableName, TableUsage>>;
  /** Events of 64 KB that the bus accepts. */
  readonly bus: { readonly events: number };
  readonly cdn: {
    readonly requests: number;
    readonly responseGb: number;
    readonly functionCalls: number;
    readonly invalidationPaths: number;
    /** Requests that the origin shield answers or forwards. */
    readonly shieldRequests: number;
  };
  readonly webAcl: { readonly rules: number; readonly requests: number } | null;
  readonly logs: { readonly ingestedGb: number; readonly storedGb: number };
  readonly traces: number;
  /** What costs the same without any customer. */
  readonly fixed: {
    readonly alarms: number;
    readonly dashboards: number;
    readonly keys: number;
    readonly secrets: number;
    readonly hostedZones: number;
  };
  readonly monthlyActiveUsers: number;
}

export interface FunctionUsage {
  readonly invocations: number;
  readonly memoryMb: number;
  /** Billed duration, cold starts included, in GB-seconds on demand. */
  readonly gbSeconds: number;
  /** Provisioned concurrency held, and the part of the duration that ran in it. */
  readonly provisionedGbSeconds: number;
  readonly provisionedUsedGbSeconds: number;
}

export interface QueueUsage {
  /** Calls of 64 KB: sends, receives (also the empty ones) and deletes. */
  readonly requests: number;
}

export interface TableUsage {
  readonly mode: 'on-demand' | 'provisioned';
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Provisioned capacity held, unit-hours; 0 on demand. */
  readonly readUnitHours: number;
  readonly writeUnitHours: number;
  readonly storedGb: number;
  readonly recoveryGb: number;
  /** Write units of warm throughput bought above the free minimum, charged once. */
  readonly warmReadUnits: number;
  readonly warmWriteUnits: number;
}

export interface BillLine {
  readonly service: string;
  readonly item: string;
  readonly quantity: number;
  readonly unit: string;
  readonly usd: number;
  /** The same without any customer. */
  readonly fixed: boolean;
  /** Of the price in this region. */
  readonly source: PriceSource;
}

export interface Bill {
  readonly lines: readonly BillLine[];
  readonly usd: number;
  readonly fixedUsd: number;
  readonly region: string;
}

/** Billed milliseconds of one invocation's own work at a memory size; `npm run tune` measures it. */
export interface TunePoint {
  readonly memoryMb: number;
  readonly p50Ms: number;
}

/** Duration per function, from `npm run tune` or `--measured FILE`. */
export type MeasuredDurations = Readonly<Partial<Record<Service, readonly TunePoint[]>>>;
