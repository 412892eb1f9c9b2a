import type { QueueName, Service, TableName } from '../../stacks/model/services.ts';
import type { PriceSource } from '../prices/price.ts';

// Interfaces between the planner's parts: calibration -> model -> cost. Plain data, so that each can be tested alone.

/** Reliability of a number. `rule`: documented, without a published measurement. */
export type Mark = 'measured' | 'documented' | 'rule' | 'guessed';

export interface Source {
  readonly source: string;
  /** ISO 8601 date of the source. */
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
 * One call of a use case. `repeatSettled`: a post repeated after its order was decided. `fulfilUnanswered`: the partner
 * did not answer, and a delayed copy is sent.
 */
export type StepName = (typeof stepNames)[number];

/** DynamoDB usage of one table, in charged and limited units. */
export interface TableWork {
  /** API calls, a transaction or batch counts once. */
  readonly calls: number;
  readonly readUnits: number;
  /** Units of the table without its indexes, transactions already doubled. */
  readonly writeUnits: number;
  /** The indexes' share, never doubled. */
  readonly indexWriteUnits: number;
  /** Bytes that the table and its indexes store afterwards. */
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
  /** Length of the longest chain of dependent network calls. */
  readonly roundTrips: number;
  /** Bytes of the API's responses. */
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
  /** Length of the period; fixed prices are for a month of 730 h. */
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
    /** Bodies of posts to the origin. */
    readonly uploadGb: number;
    readonly functionCalls: number;
    readonly invalidationPaths: number;
    /** Requests that the origin shield answers or forwards. */
    readonly shieldRequests: number;
  };
  readonly webAcl: { readonly rules: number; readonly requests: number } | null;
  readonly logs: { readonly ingestedGb: number; readonly storedGb: number };
  readonly traces: number;
  /** Items that cost the same without any customer. */
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
  /** True if the line is due without any customer. */
  readonly fixed: boolean;
  /** Source of the price in this region. */
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
