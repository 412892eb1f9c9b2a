import type { OnDemand, Stage } from './stage-settings.ts';

/** Rates of a stage that nobody is supposed to load: the ceiling is the guard of the bill. */
export const smallOnDemand: OnDemand = {
  mode: 'on-demand',
  maxReadUnitsPerSecond: 500,
  maxWriteUnitsPerSecond: 500,
  warm: null,
};

/**
 * Memory buys processor time too: 1,769 MB is one whole core. These are starting points to be replaced by a measured
 * curve of the deployed function, and the reason for each is given.
 */
export const functions: Stage['functions'] = {
  // Parses nothing and waits for one read; more memory only shortens the cold start.
  catalog: { memoryMb: 512, timeoutSeconds: 10, provisioned: null },
  // Schema check, hash and two calls in the customer's own wait: half a core keeps the p99 from the cold start's JSON.
  intake: { memoryMb: 1024, timeoutSeconds: 10, provisioned: null },
  // A batch of reads and transactions side by side: TLS and signing are what takes the time.
  settlement: { memoryMb: 1024, timeoutSeconds: 30, provisioned: null },
  // Larger batches of small writes; nobody waits for it.
  projection: { memoryMb: 512, timeoutSeconds: 30, provisioned: null },
  // Waits for the partner, five orders at a time.
  fulfilment: { memoryMb: 512, timeoutSeconds: 30, provisioned: null },
  // Nobody waits for it; what one run does not reach, the next one does.
  sweeper: { memoryMb: 256, timeoutSeconds: 60, provisioned: null },
  // A few calls a day by a person.
  stock: { memoryMb: 512, timeoutSeconds: 10, provisioned: null },
  // One call after a change of a product. It also waits until the catalog's own copies have expired.
  invalidation: { memoryMb: 256, timeoutSeconds: 30, provisioned: null },
};

/** What the stages have in common, unless they say otherwise. */
export const base: Omit<Stage, 'name'> = {
  logLevel: 'INFO',
  logRetentionDays: 7,
  tracing: true,
  keepData: false,
  deletionProtection: false,
  pointInTimeRecoveryDays: 7,
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
      // The browser asks each time and gets a 304: nothing can make a browser forget.
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
    accessLogDays: 30,
    webAcl: null,
    domain: null,
  },
  // `npm run dev` of a page that is under work; add the output EdgeUrl after the first deploy.
  identity: { kind: 'cognito', callbackUrls: ['http://localhost:5173/'] },
  queues: {
    retentionDays: 4,
    deadLetterRetentionDays: 14,
    maxReceiveCount: 5,
    visibilityTimeoutMultiplier: 6,
    tlsOnly: true,
  },
  // Not reserved concurrency: it throttles the poller, and throttled receives carry good messages to the dead letters.
  // A hot shard is written once for up to 49 orders of a batch; 100 leave room for two of them. In a rush a batch fills at
  // once; otherwise an order waits a second for others, which its customer, who has a 202, does not notice.
  settlement: { batchSize: 100, batchingWindowSeconds: 1, maxConcurrency: 5 },
  // Of a large batch many orders move the same row of counters, which is written once for all of them.
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
    // Five calls at a time each: what the partner has agreed to, not what we could send.
    maxConcurrency: 2,
    partnerUrl: 'https://partner.flash-sale.example',
    cancellableSeconds: 60,
    breakerOpenSeconds: 20,
    giveUpHours: 24,
  },
  // A message that fails comes five times within 15 minutes; then it is done or a dead letter, and not on its way.
  sweeper: { everyMinutes: 5, stuckMinutes: 15 },
  // A second's wait makes one invalidation of many changes: CloudFront takes 3,000 paths at once, and charges by path.
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
    queueAgeSeconds: 300,
    deadLetterAgeDays: 3,
    iteratorAgeSeconds: 300,
    functionErrorsPerMinute: 5,
    throttlesPerMinute: 10,
  },
  bestPractices: true,
  camelCaseCors: false,
};
