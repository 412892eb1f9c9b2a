import type { CacheTimes } from '../../../functions/contracts/cache-control.ts';
import type { Route } from '../../../functions/contracts/routes.ts';
import type { Service, TableName } from '../services.ts';

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
  readonly caching: CachingSettings;
  readonly edge: EdgeSettings;
  readonly identity: IdentitySettings;
  readonly queues: QueueSettings;
  readonly settlement: QueueWorkerSettings;
  readonly projection: StreamWorkerSettings;
  readonly fulfilment: FulfilmentSettings;
  readonly sweeper: SweeperSettings;
  readonly invalidation: StreamWorkerSettings;
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

/** One model of caching: the CDN's policies, the functions' `Cache-Control` and their own cache are made from it. */
export interface CachingSettings {
  readonly product: CacheTimes & {
    /** How long a function keeps a product. The CDN forgets a changed product only after it. */
    readonly functionMs: number;
  };
  /** The storefront's page and its settings; what they load has a hash in its name and never changes. */
  readonly page: { readonly browserSeconds: number; readonly edgeSeconds: number };
}

export interface EdgeSettings {
  /** From how many of CloudFront's locations it answers: fewer cost less. */
  readonly priceClass: 'PriceClass_100' | 'PriceClass_200' | 'PriceClass_All';
  /** One more cache, in the stage's region, that all locations ask before they ask the API. */
  readonly originShield: boolean;
  /**
   * The API refuses what lacks the secret header that the CDN adds. Another generation is another secret: see
   * docs/edge.md. `null`: the API also answers beside the CDN.
   */
  readonly originSecretGeneration: number | null;
  readonly accessLogDays: number | null;
  readonly webAcl: WebAclSettings | null;
  readonly domain: DomainSettings | null;
}

export interface WebAclSettings {
  /** Requests of one address in five minutes; above it, that address is refused. */
  readonly ratePerFiveMinutes: number;
  readonly log: boolean;
}

/** The certificate is made in us-east-1, the only region from which CloudFront takes one. */
export interface DomainSettings {
  readonly name: string;
  /** The Route 53 zone that `name` belongs to. */
  readonly hostedZoneId: string;
}

export type IdentitySettings =
  | CognitoSettings
  | {
      readonly kind: 'external';
      readonly issuer: string;
      readonly audience: string;
      /** The issuer's public keys as inline JSON, for functions that cannot reach the issuer. */
      readonly jwks: string | null;
    };

export interface CognitoSettings {
  readonly kind: 'cognito';
  /** Where the sign-in page may send people back to, beyond the stage's own domain. */
  readonly callbackUrls: readonly string[];
}

export interface QueueSettings {
  readonly retentionDays: number;
  readonly deadLetterRetentionDays: number;
  readonly maxReceiveCount: number;
  /** The queue hides a message for this many worker timeouts. */
  readonly visibilityTimeoutMultiplier: number;
  readonly tlsOnly: boolean;
}

export interface QueueWorkerSettings {
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly maxConcurrency: number;
}

export interface FulfilmentSettings extends QueueWorkerSettings {
  /** Without a path: orders are handed over at `POST {partnerUrl}/orders`. */
  readonly partnerUrl: string;
  /** How long after its confirmation a customer may cancel an order: so long its request lies in the queue. */
  readonly cancellableSeconds: number;
  /** How long the breaker spares a partner that is down, before a probe. */
  readonly breakerOpenSeconds: number;
  /** An order that the partner has not answered about for this long becomes a dead letter. */
  readonly giveUpHours: number;
}

export interface SweeperSettings {
  /** How often it looks for orders that nobody finishes. */
  readonly everyMinutes: number;
  /** How long an order may stand still before it is asked for again. */
  readonly stuckMinutes: number;
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
export const visibilitySeconds = (stage: Stage, worker: QueueWorker = 'settlement'): number =>
  stage.functions[worker].timeoutSeconds * stage.queues.visibilityTimeoutMultiplier;

/** The services that work off a queue. */
export type QueueWorker = 'settlement' | 'fulfilment';
