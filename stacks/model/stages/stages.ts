import { base, functions, smallOnDemand } from './stage-defaults.ts';
import type {
  CapacityRange,
  FunctionSettings,
  HttpApiSettings,
  IdentitySettings,
  OnDemand,
  Provisioned,
  Stage,
} from './stage-settings.ts';

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
    coordination: smallOnDemand,
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
    coordination: smallOnDemand,
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
  fulfilment: { ...base.fulfilment, maxConcurrency: 20, cancellableSeconds: 600 },
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

/** The ports of issuer and partner are known only when they run, so the platform passes them as CDK context; `.invalid` never resolves. */
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
  fulfilment: {
    ...base.fulfilment,
    partnerUrl: 'http://partner.invalid',
    cancellableSeconds: 5,
    breakerOpenSeconds: 5,
  },
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

/** Names the partner of a local stage. */
export function withPartner(stage: Stage, partnerUrl: string | undefined): Stage {
  return partnerUrl === undefined ? stage : { ...stage, fulfilment: { ...stage.fulfilment, partnerUrl } };
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
