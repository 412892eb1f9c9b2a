import type { CacheTimes } from '../../../functions/contracts/cache-control.ts';
import type { Route } from '../../../functions/contracts/routes.ts';
import type { Service, TableName } from '../services.ts';
import type { QueueWorker } from '../workers.ts';

/** Settings of a stage. Names include the unit; `null` disables a feature. */
export interface Stage {
  readonly name: string;
  /** The only AWS region that the stage may be deployed to. `null`: the region of the credentials. */
  readonly region: string | null;
  /**
   * Each of them gets the whole stage (API, functions, queues and tables) and takes its own orders. The first is home:
   * it has the CDN, the user pool and the catalog. `region` is the deployed one. Empty: one region. AWS only, see
   * docs/regions.md.
   */
  readonly regions: readonly string[];
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  readonly logRetentionDays: number;
  /** X-Ray traces of the functions. */
  readonly tracing: boolean;
  /** Tables, user pool and logs outlive their stack. A failed first deploy still cleans up. */
  readonly keepData: boolean;
  readonly deletionProtection: boolean;
  readonly pointInTimeRecoveryDays: number | null;
  /** How long orders, their events and their guards are kept after the order's end. `null`: for ever. AWS only. */
  readonly retention: RetentionSettings | null;
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
  /**
   * Where Terraform keeps its state. `local`: beside the stack's file, where `git clean` deletes it. `remote`: in the
   * cloud, locked; see docs/terraform.md.
   */
  readonly terraformState: 'local' | 'remote';
  /** The repository that may deploy the stage without keys, to any cloud; null creates nothing. See docs/deploying/pipeline.md. */
  readonly deploy: DeploySettings | null;
  /** How a new version of a function takes over its calls. `null`: all at once, in the deploy itself. AWS only. */
  readonly releases: ReleaseSettings | null;
  /** Synth fails on findings of cdk-nag's AWS Solutions rules, unless acknowledged with a reason. */
  readonly bestPractices: boolean;
  /** HTTP API CORS with camelCase keys, the only spelling that the local engine reads. */
  readonly camelCaseCors: boolean;
}

/** DynamoDB deletes the rows of ended orders, and exports the table before. */
export interface RetentionSettings {
  /** From an order's last transition. Open orders stay. */
  readonly days: number;
  /** An export holds all rows, so an order is in at least one that was made after its end. */
  readonly exportEveryDays: number;
}

/** CodeDeploy moves the calls of each function to its new version, and back when an alarm fires. */
export interface ReleaseSettings {
  /** `canary`: a tenth of the calls, then all. `linear`: a tenth more each time. */
  readonly shift: 'canary' | 'linear';
  /** Time between two steps. CodeDeploy has 5, 10, 15 or 30 for a canary, and 1, 2, 3 or 10 for a linear shift. */
  readonly minutes: number;
}

/** A workflow on GitHub that takes a role by OpenID Connect. */
export interface DeploySettings {
  /** `owner/name` of the repository. */
  readonly repository: string;
  /** Its environment, whose reviewers approve each deploy. */
  readonly environment: string;
  /**
   * Also creates GitHub's identity provider. An account or a Google project can have one only, so one of its stages
   * does.
   */
  readonly createsProvider: boolean;
}

export type TableBilling = OnDemand | Provisioned;

export interface OnDemand {
  readonly mode: 'on-demand';
  /** Bounds the bill: above it the table throttles. */
  readonly maxReadUnitsPerSecond: number;
  readonly maxWriteUnitsPerSecond: number;
  /** Throughput available at once, before on-demand scaling. Charged once; it can be raised, never lowered. */
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
  /** Raise the floor before a known rush and lower it after: target tracking alone reacts minutes late. */
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

/** Source of the CDN's policies, the functions' `Cache-Control` and the functions' own cache. */
export interface CachingSettings {
  readonly product: CacheTimes & {
    /** How long a function caches a product. Invalidation waits this long before it calls the CDN. */
    readonly functionMs: number;
  };
  /** The storefront's page and its settings. Its assets have a hash in their name and never change. */
  readonly page: { readonly browserSeconds: number; readonly edgeSeconds: number };
}

export interface EdgeSettings {
  /** Which CloudFront locations serve the stage: fewer cost less. */
  readonly priceClass: 'PriceClass_100' | 'PriceClass_200' | 'PriceClass_All';
  /** An additional cache in the stage's region, between all locations and the API. */
  readonly originShield: boolean;
  /**
   * The API rejects requests without the CDN's secret header. A new generation is a new secret: see docs/edge.md.
   * `null`: the API also accepts requests that bypass the CDN.
   */
  readonly originSecretGeneration: number | null;
  readonly accessLogDays: number | null;
  readonly webAcl: WebAclSettings | null;
  readonly domain: DomainSettings | null;
}

export interface WebAclSettings {
  /** Requests per IP address in five minutes that no cache answers (`/orders`); above it, the address is blocked. */
  readonly ratePerFiveMinutes: number;
  /** All requests per IP address: an office or a mobile carrier has many shoppers behind one. */
  readonly totalPerFiveMinutes: number;
  readonly log: boolean;
}

/** The certificate is issued in us-east-1, the only region that CloudFront accepts. */
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
  /** Where the sign-in page may redirect to, besides the stage's own domain. */
  readonly callbackUrls: readonly string[];
  /**
   * Sender of the sign-up mails. Amazon SES must have verified its domain in the stage's region. `null`: Cognito's own
   * sender, which sends 50 mails a day.
   */
  readonly emailFrom: string | null;
}

export interface QueueSettings {
  readonly retentionDays: number;
  readonly deadLetterRetentionDays: number;
  readonly maxReceiveCount: number;
  /** Visibility timeout of a message, in worker timeouts. */
  readonly visibilityTimeoutMultiplier: number;
  readonly tlsOnly: boolean;
}

export interface QueueWorkerSettings {
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly maxConcurrency: number;
}

export interface FulfilmentSettings extends QueueWorkerSettings {
  /**
   * Base URL: orders are sent to `POST {partnerUrl}/orders`. `null`: a stand-in inside the function accepts every order,
   * for stages that sell nothing real.
   */
  readonly partnerUrl: string | null;
  /** How long a customer may cancel after confirmation. Its fulfilment request is delayed this long. */
  readonly cancellableSeconds: number;
  /** How long the breaker stays open before it sends a probe. */
  readonly breakerOpenSeconds: number;
  /** An order without the partner's answer for this long becomes a dead letter. */
  readonly giveUpHours: number;
}

export interface TimerSettings {
  /** How often it runs. */
  readonly everyMinutes: number;
}

export interface SweeperSettings extends TimerSettings {
  /** How long an order may make no progress before it is re-enqueued. */
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
  /** Alarms have a recipient: on AWS a topic that `email` is subscribed to. */
  readonly topic: boolean;
  /**
   * The recipient confirms the subscription once, in the message that AWS sends after the first deploy. Set where
   * `topic` is.
   */
  readonly email: string | null;
  readonly queueAgeSeconds: number;
  readonly deadLetterAgeDays: number;
  readonly iteratorAgeSeconds: number;
  readonly functionErrorsPerMinute: number;
  readonly throttlesPerMinute: number;
  /** Responses with a status of 500 and above. */
  readonly apiErrorsPerMinute: number;
  /** The 99th percentile. */
  readonly apiLatencyMs: number;
  /** Share of the CDN's responses in a minute. */
  readonly edgeErrorPercent: number;
  /** The 99th percentile of the CDN's requests to its origin, including the network: above `apiLatencyMs`. */
  readonly edgeLatencyMs: number;
}

/** A visibility timeout below the worker's timeout would start a second worker on the same message. */
export const workerVisibilityTimeout = (stage: Stage, worker: QueueWorker = 'settlement'): number =>
  stage.functions[worker].timeoutSeconds * stage.queues.visibilityTimeoutMultiplier;
