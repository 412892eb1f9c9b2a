import { project } from '../../../functions/contracts/project.ts';
import type { OnDemand, Stage } from './stage-settings.ts';

/** Put your own domain here. `.example` never resolves. */
export const exampleDomain = `${project}.example`;

/** Replace it with the base URL of the partner that ships the goods. */
export const examplePartner = `https://partner.${exampleDomain}`;

/** Replace it with an address or a list that is read at night. */
export const exampleEmail = `alarms@${exampleDomain}`;

/** Replace it with the zone of your own domain. */
export const exampleZone = 'Z00000000000000EXAMPLE';

/** For stages without real load: the ceiling bounds the bill. */
export const smallOnDemand: OnDemand = {
  mode: 'on-demand',
  maxReadUnitsPerSecond: 500,
  maxWriteUnitsPerSecond: 500,
  warm: null,
};

/**
 * Memory also buys CPU: 1,769 MB is one full core. These are starting points, each with its reason; replace them with
 * measurements of the deployed function.
 */
export const functions: Stage['functions'] = {
  // Waits for one read; more memory only shortens the cold start.
  catalog: { memoryMb: 512, timeoutSeconds: 10, provisioned: null },
  // The customer waits for schema check, hash and two calls: half a core keeps cold-start parsing out of the p99.
  intake: { memoryMb: 1024, timeoutSeconds: 10, provisioned: null },
  // Concurrent reads and transactions: TLS and signing take most of the time.
  settlement: { memoryMb: 1024, timeoutSeconds: 30, provisioned: null },
  // Larger batches of small writes; not latency-critical.
  projection: { memoryMb: 512, timeoutSeconds: 30, provisioned: null },
  // Waits for the partner, five orders at a time.
  fulfilment: { memoryMb: 512, timeoutSeconds: 30, provisioned: null },
  // Not latency-critical; the next run continues where one stops.
  sweeper: { memoryMb: 256, timeoutSeconds: 60, provisioned: null },
  // A few manual calls a day.
  stock: { memoryMb: 512, timeoutSeconds: 10, provisioned: null },
  // One call after a product change. It first waits until the catalog's cached copies have expired.
  invalidation: { memoryMb: 256, timeoutSeconds: 30, provisioned: null },
};

/** Defaults that a stage may override. */
export const base: Omit<Stage, 'name'> = {
  region: null,
  regions: [],
  logLevel: 'INFO',
  logRetentionDays: 7,
  tracing: true,
  keepData: false,
  deletionProtection: false,
  pointInTimeRecoveryDays: 7,
  retention: null,
  tables: {
    orders: smallOnDemand,
    stock: smallOnDemand,
    catalog: smallOnDemand,
    views: smallOnDemand,
    coordination: smallOnDemand,
  },
  functions,
  api: {
    kind: 'http-api',
    accessLogs: true,
    throttles: {
      read: { ratePerSecond: 100, burst: 200 },
      write: { ratePerSecond: 50, burst: 100 },
      admin: { ratePerSecond: 5, burst: 10 },
    },
  },
  corsOrigins: ['http://localhost:5173'],
  caching: {
    product: {
      // The browser revalidates each time and gets a 304: invalidation cannot reach browsers.
      browserSeconds: 0,
      edgeSeconds: 10,
      staleWhileRevalidateSeconds: 30,
      staleIfErrorSeconds: 300,
      functionMs: 1_000,
    },
    page: { browserSeconds: 0, edgeSeconds: 60 },
  },
  edge: {
    priceClass: 'PriceClass_100',
    originShield: false,
    originSecretGeneration: 1,
    accessLogDays: null,
    webAcl: null,
    domain: null,
  },
  // The storefront's development server; add the output EdgeUrl after the first deploy.
  identity: { kind: 'cognito', callbackUrls: ['http://localhost:5173/'], emailFrom: null },
  queues: {
    retentionDays: 4,
    deadLetterRetentionDays: 14,
    maxReceiveCount: 5,
    visibilityTimeoutMultiplier: 6,
    tlsOnly: true,
  },
  // Not reserved concurrency: it throttles the poller, and throttled receives can dead-letter good messages.
  // One write to a hot shard covers up to 49 orders; a batch of 100 has room for two such writes. In a rush a batch
  // fills at once; otherwise an order waits a second, which its customer does not notice after the 202.
  settlement: { batchSize: 100, batchingWindowSeconds: 1, maxConcurrency: 5 },
  // In a large batch many orders change the same counter row, which is then written once.
  projection: {
    batchSize: 1_000,
    batchingWindowSeconds: 0,
    parallelizationFactor: 1,
    retryAttempts: 5,
    recordAgeHours: 6,
    bisect: true,
  },
  fulfilment: {
    batchSize: 10,
    batchingWindowSeconds: 0,
    // Five concurrent calls each: the partner's agreed limit, not ours.
    maxConcurrency: 2,
    partnerUrl: null,
    cancellableSeconds: 60,
    breakerOpenSeconds: 20,
    giveUpHours: 24,
  },
  // A failing message is delivered five times within 15 minutes; after that it is settled or a dead letter.
  sweeper: { everyMinutes: 5, stuckMinutes: 15 },
  // Waiting a second merges changes into one invalidation: CloudFront takes 3,000 paths at once and charges per path.
  invalidation: {
    batchSize: 100,
    batchingWindowSeconds: 1,
    parallelizationFactor: 1,
    retryAttempts: 10,
    recordAgeHours: 1,
    bisect: true,
  },
  alarms: {
    topic: false,
    email: null,
    queueAgeSeconds: 300,
    deadLetterAgeDays: 3,
    iteratorAgeSeconds: 300,
    functionErrorsPerMinute: 5,
    throttlesPerMinute: 10,
    apiErrorsPerMinute: 5,
    apiLatencyMs: 3_000,
    edgeErrorPercent: 5,
    edgeLatencyMs: 4_000,
  },
  terraformState: 'local',
  deploy: null,
  releases: null,
  bestPractices: true,
  camelCaseCors: false,
};
