import type {
  CapacityRange,
  FunctionSettings,
  HttpApiSettings,
  IdentitySettings,
  OnDemand,
  Provisioned,
  Stage,
} from './stage-settings.ts';

/** Rates of a stage that nobody is supposed to load: the ceiling is the guard of the bill. */
const smallOnDemand: OnDemand = {
  mode: 'on-demand',
  maxReadUnitsPerSecond: 500,
  maxWriteUnitsPerSecond: 500,
  warm: null,
};

/**
 * Memory buys processor time too: 1,769 MB is one whole core. These are starting points to be replaced by a measured
 * curve of the deployed function, and the reason for each is given.
 */
const functions: Stage['functions'] = {
  // Parses nothing and waits for one read; more memory only shortens the cold start.
  catalog: { memoryMb: 512, timeoutSeconds: 10, provisioned: null },
  // Schema check, hash and two calls in the customer's own wait: half a core keeps the p99 from the cold start's JSON.
  intake: { memoryMb: 1024, timeoutSeconds: 10, provisioned: null },
  // A batch of reads and transactions side by side: TLS and signing are what takes the time.
  settlement: { memoryMb: 1024, timeoutSeconds: 30, provisioned: null },
  // Larger batches of small writes; nobody waits for it.
  projection: { memoryMb: 512, timeoutSeconds: 30, provisioned: null },
  // A few calls a day by a person.
  stock: { memoryMb: 512, timeoutSeconds: 10, provisioned: null },
  // One call after a change of a product. It also waits until the catalog's own copies have expired.
  invalidation: { memoryMb: 256, timeoutSeconds: 30, provisioned: null },
};

const base: Omit<Stage, 'name'> = {
  logLevel: 'INFO',
  logRetentionDays: 7,
  tracing: true,
  keepData: false,
  deletionProtection: false,
  pointInTimeRecoveryDays: 7,
  tables: { orders: smallOnDemand, stock: smallOnDemand, catalog: smallOnDemand, views: smallOnDemand },
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
  queues: { retentionDays: 4, deadLetterRetentionDays: 14, maxReceiveCount: 5, visibilityTimeouts: 6, tlsOnly: true },
  // Not reserved concurrency: it throttles the poller, and throttled receives carry good messages to the dead letters.
  // A hot shard is written once for up to 49 orders of a batch; 100 leave room for two of them. In a rush a batch fills at
  // once; otherwise an order waits a second for others, which its customer, who has a 202, does not notice.
  settlement: { batchSize: 100, batchingWindowSeconds: 1, maxConcurrency: 5 },
  projection: {
    batchSize: 100,
    batchingWindowSeconds: 0,
    parallelizationFactor: 1,
    retryAttempts: 5,
    recordAgeHours: 6,
    bisect: true,
  },
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

const dev: Stage = { ...base, name: 'dev', logLevel: 'DEBUG' };

const capacity = (minUnits: number, maxUnits: number): CapacityRange => ({
  minUnits,
  maxUnits,
  targetUtilizationPercent: 70,
});
const steady: Provisioned = { mode: 'provisioned', read: capacity(10, 500), write: capacity(10, 500) };

/** Put the zone of your own domain here. */
const exampleZone = 'Z00000000000000EXAMPLE';

/** Steady rehearsal traffic: provisioned capacity costs less than on demand there, and shows the other billing mode. */
const staging: Stage = {
  ...base,
  name: 'staging',
  logRetentionDays: 30,
  keepData: true,
  deletionProtection: true,
  tables: {
    orders: steady,
    stock: steady,
    catalog: { ...steady, write: capacity(1, 20) },
    views: steady,
  },
  corsOrigins: ['https://staging.flash-sale.example'],
  edge: {
    ...base.edge,
    webAcl: { ratePerFiveMinutes: 10_000, log: false },
    domain: { name: 'staging.flash-sale.example', hostedZoneId: exampleZone },
  },
  identity: { kind: 'cognito', callbackUrls: [] },
  settlement: { ...base.settlement, maxConcurrency: 20 },
};

const prodApi: HttpApiSettings = {
  kind: 'http-api',
  accessLogs: true,
  throttles: {
    read: { ratePerSecond: 5000, burst: 4000 },
    write: { ratePerSecond: 2000, burst: 2000 },
    admin: { ratePerSecond: 10, burst: 20 },
  },
};

/** 600 environments at most, so that the queue worker and the stream worker keep room in an account of 1,000. */
const rush = (settings: FunctionSettings, floorInSale: number, max: number): FunctionSettings => ({
  ...settings,
  provisioned: {
    minEnvironments: 5,
    maxEnvironments: max,
    targetUtilization: 0.7,
    floors: [
      { name: 'before-the-sale', cron: '45 11 * * ? *', timeZone: 'UTC', minEnvironments: floorInSale },
      { name: 'after-the-sale', cron: '0 13 * * ? *', timeZone: 'UTC', minEnvironments: 5 },
    ],
  },
});

const prod: Stage & { readonly api: HttpApiSettings } = {
  ...base,
  name: 'prod',
  logRetentionDays: 365,
  keepData: true,
  deletionProtection: true,
  pointInTimeRecoveryDays: 35,
  // Idle most of the day and then everything at once: on demand, warmed before the first rush, with a ceiling.
  tables: {
    orders: onDemandForRush(20_000, 16_000),
    stock: onDemandForRush(20_000, 16_000),
    catalog: { ...smallOnDemand, maxReadUnitsPerSecond: 10_000 },
    views: onDemandForRush(20_000, 8_000),
  },
  functions: {
    ...functions,
    catalog: rush(functions.catalog, 50, 300),
    intake: rush(functions.intake, 100, 300),
  },
  api: prodApi,
  corsOrigins: ['https://flash-sale.example'],
  edge: {
    ...base.edge,
    priceClass: 'PriceClass_All',
    originShield: true,
    accessLogDays: 90,
    webAcl: { ratePerFiveMinutes: 3_000, log: true },
    domain: { name: 'flash-sale.example', hostedZoneId: exampleZone },
  },
  identity: { kind: 'cognito', callbackUrls: [] },
  settlement: { ...base.settlement, maxConcurrency: 100 },
  projection: { ...base.projection, parallelizationFactor: 4, recordAgeHours: 24 },
  alarms: { ...base.alarms, topic: true, queueAgeSeconds: 60, iteratorAgeSeconds: 60 },
};

/** Half of the ceiling is warm: enough for the first minute, in which on demand learns to grow. */
function onDemandForRush(maxReadUnitsPerSecond: number, maxWriteUnitsPerSecond: number): OnDemand {
  return {
    mode: 'on-demand',
    maxReadUnitsPerSecond,
    maxWriteUnitsPerSecond,
    warm: {
      readUnitsPerSecond: Math.max(12_000, maxReadUnitsPerSecond / 2),
      writeUnitsPerSecond: Math.max(4_000, maxWriteUnitsPerSecond / 2),
    },
  };
}

/** The issuer's port is known only when it runs, so the platform passes it as CDK context; `.invalid` never resolves. */
const localIdentity: IdentitySettings = {
  kind: 'external',
  issuer: 'http://issuer.invalid',
  audience: 'flash-sale',
  jwks: null,
};

const local: Stage = {
  ...base,
  name: 'local',
  logRetentionDays: 1,
  tracing: false,
  pointInTimeRecoveryDays: null,
  // Tests make many products, one after the other.
  api: {
    ...prodApi,
    accessLogs: false,
    throttles: { ...prodApi.throttles, admin: { ratePerSecond: 500, burst: 500 } },
  },
  corsOrigins: ['*'],
  identity: localIdentity,
  queues: { ...base.queues, tlsOnly: false },
  // As many as come without a window, so that nobody waits.
  settlement: { batchSize: 10, batchingWindowSeconds: 0, maxConcurrency: 4 },
  // Short times, so that a person and a test see them pass.
  caching: {
    product: {
      browserSeconds: 0,
      edgeSeconds: 5,
      staleWhileRevalidateSeconds: 10,
      staleIfErrorSeconds: 60,
      functionMs: 200,
    },
    page: { browserSeconds: 0, edgeSeconds: 5 },
  },
  edge: { ...base.edge, originSecretGeneration: null, accessLogDays: null },
  invalidation: { ...base.invalidation, batchingWindowSeconds: 0 },
  bestPractices: false,
  camelCaseCors: true,
};

/** The same through Function URLs, for engines without HTTP API. */
const localUrl: Stage = { ...local, name: 'local-url', api: { kind: 'function-url' } };

export const stages = { dev, staging, prod, local, 'local-url': localUrl } as const satisfies Record<string, Stage>;

export const stageNames = Object.keys(stages);

export function findStage(name: string): Stage {
  const found = Object.values<Stage>(stages).find((stage) => stage.name === name);
  if (!found) {
    throw new Error(`stage: got '${name}', must be one of ${stageNames.join(', ')}. Pass one with: -c stage=dev`);
  }
  return found;
}

export interface IssuerOverride {
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly jwks?: string | undefined;
}

/** Names the issuer of a stage that trusts an external one; a stage with its own user pool refuses. */
export function withIssuer(stage: Stage, override: IssuerOverride): Stage {
  const given = Object.entries(override).filter(([, value]) => value !== undefined);
  if (given.length === 0) return stage;
  if (stage.identity.kind !== 'external') {
    const names = given.map(([name]) => name).join(', ');
    throw new Error(
      `context ${names}: stage '${stage.name}' has its own user pool. Leave it out, or use a local stage`,
    );
  }
  return { ...stage, identity: { ...stage.identity, ...Object.fromEntries(given) } };
}
