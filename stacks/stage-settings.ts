import type { Route } from '../functions/contracts/routes.ts';
import type { Service, TableName } from './needs.ts';

/** What a stage decides. Units stand in the names; `null` means that the stage goes without. */
export interface Stage {
  readonly name: string;
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  readonly logRetentionDays: number;
  /** X-Ray traces of the functions. */
  readonly tracing: boolean;
  /** Tables, user pool and logs outlive their stack. A first deploy that fails still cleans up after itself. */
  readonly keepData: boolean;
  readonly deletionProtection: boolean;
  readonly pointInTimeRecoveryDays: number | null;
  readonly tables: Readonly<Record<TableName, TableBilling>>;
  readonly functions: Readonly<Record<Service, FunctionSettings>>;
  readonly api: ApiSettings;
  readonly corsOrigins: readonly string[];
  readonly identity: IdentitySettings;
  readonly queues: QueueSettings;
  readonly settlement: QueueWorkerSettings;
  readonly projection: StreamWorkerSettings;
  readonly alarms: AlarmSettings;
  /** Synth fails on what cdk-nag's AWS Solutions rules find, unless it is acknowledged with its reason. */
  readonly bestPractices: boolean;
  /** HTTP API CORS with keys in camelCase, the only spelling that the local engine reads. */
  readonly camelCaseCors: boolean;
}

export type TableBilling = OnDemand | Provisioned;

export interface OnDemand {
  readonly mode: 'on-demand';
  /** The ceiling bounds the bill: beyond it the table throttles. */
  readonly maxReadUnitsPerSecond: number;
  readonly maxWriteUnitsPerSecond: number;
  /** What the table carries at once, without growing first. Charged once; it can be raised, never lowered. */
  readonly warm: { readonly readUnitsPerSecond: number; readonly writeUnitsPerSecond: number } | null;
}

export interface Provisioned {
  readonly mode: 'provisioned';
  readonly read: CapacityRange;
  readonly write: CapacityRange;
}

export interface CapacityRange {
  readonly minUnits: number;
  readonly maxUnits: number;
  readonly targetUtilizationPercent: number;
}

export interface FunctionSettings {
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly provisioned: ProvisionedConcurrency | null;
}

export interface ProvisionedConcurrency {
  readonly minEnvironments: number;
  readonly maxEnvironments: number;
  readonly targetUtilization: number;
  /** Raise the floor before a known rush and lower it after: target tracking alone is minutes late. */
  readonly floors: readonly ScheduledFloor[];
}

export interface ScheduledFloor {
  readonly name: string;
  /** Six fields, as in `0 12 * * ? *`. */
  readonly cron: string;
  readonly timeZone: string;
  readonly minEnvironments: number;
}

export type ApiSettings = HttpApiSettings | { readonly kind: 'function-url' };

export interface HttpApiSettings {
  readonly kind: 'http-api';
  readonly accessLogs: boolean;
  readonly throttles: Readonly<Record<Route['throttle'], Throttle>>;
}

export interface Throttle {
  readonly ratePerSecond: number;
  readonly burst: number;
}

export type IdentitySettings =
  | { readonly kind: 'cognito' }
  | {
      readonly kind: 'external';
      readonly issuer: string;
      readonly audience: string;
      /** The issuer's public keys as inline JSON, for functions that cannot reach the issuer. */
      readonly jwks: string | null;
    };

export interface QueueSettings {
  readonly retentionDays: number;
  readonly deadLetterRetentionDays: number;
  readonly maxReceiveCount: number;
  /** The queue hides a message for this many worker timeouts. */
  readonly visibilityTimeouts: number;
  readonly tlsOnly: boolean;
}

export interface QueueWorkerSettings {
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly maxConcurrency: number;
}

export interface StreamWorkerSettings {
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly parallelizationFactor: number;
  readonly retryAttempts: number;
  readonly recordAgeHours: number;
  readonly bisect: boolean;
}

export interface AlarmSettings {
  readonly topic: boolean;
  readonly queueAgeSeconds: number;
  readonly deadLetterAgeDays: number;
  readonly iteratorAgeSeconds: number;
  readonly functionErrorsPerMinute: number;
  readonly throttlesPerMinute: number;
}

/** A visibility shorter than the worker's timeout makes a second worker start on the same message. */
export const visibilitySeconds = (stage: Stage): number =>
  stage.functions.settlement.timeoutSeconds * stage.queues.visibilityTimeouts;
