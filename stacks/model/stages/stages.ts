import { project } from '../../../functions/contracts/project.ts';
import { isHome } from './regions.ts';
import {
  base,
  exampleDomain,
  exampleEmail,
  examplePartner,
  exampleZone,
  functions,
  smallOnDemand,
} from './stage-defaults.ts';
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

/** The customers' region. For a second region, add a second stage, or `regions`: docs/regions.md. */
const homeRegion = 'eu-central-1';

/** Steady rehearsal traffic: provisioned capacity costs less than on demand, and shows the other billing mode. */
const staging: Stage = {
  ...base,
  name: 'staging',
  region: homeRegion,
  logRetentionDays: 30,
  keepData: true,
  deletionProtection: true,
  tables: {
    // On demand: Terraform cannot keep the scaled capacity of an index and still see that an index is new.
    orders: smallOnDemand,
    stock: steady,
    catalog: { ...steady, write: capacity(1, 20) },
    views: steady,
    coordination: smallOnDemand,
  },
  corsOrigins: [`https://staging.${exampleDomain}`],
  edge: {
    ...base.edge,
    accessLogDays: 30,
    webAcl: { ratePerFiveMinutes: 10_000, totalPerFiveMinutes: 100_000, log: false },
    domain: { name: `staging.${exampleDomain}`, hostedZoneId: exampleZone },
  },
  identity: { kind: 'cognito', callbackUrls: [], emailFrom: `shop@${exampleDomain}` },
  settlement: { ...base.settlement, maxConcurrency: 20 },
  fulfilment: { ...base.fulfilment, partnerUrl: examplePartner },
  alarms: { ...base.alarms, topic: true, email: exampleEmail },
  // Ten minutes in small steps: rehearsal traffic is steady.
  releases: { shift: 'linear', minutes: 1 },
};

const prodApi: HttpApiSettings = {
  kind: 'http-api',
  accessLogs: true,
  throttles: {
    // All routes together stay below the account's 10,000/s, so that no route can take another's share.
    read: { ratePerSecond: 850, burst: 2000 },
    write: { ratePerSecond: 1500, burst: 2000 },
    admin: { ratePerSecond: 10, burst: 20 },
  },
};

/** At most 600 environments, so that an account of 1,000 has room for the queue and stream workers. */
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
  region: homeRegion,
  logRetentionDays: 365,
  keepData: true,
  deletionProtection: true,
  pointInTimeRecoveryDays: 35,
  retention: { days: 400, exportEveryDays: 30 },
  // Idle most of the day, then a rush: on demand, pre-warmed, with a ceiling.
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
  corsOrigins: [`https://${exampleDomain}`],
  edge: {
    ...base.edge,
    priceClass: 'PriceClass_All',
    originShield: true,
    accessLogDays: 90,
    webAcl: { ratePerFiveMinutes: 3_000, totalPerFiveMinutes: 100_000, log: true },
    domain: { name: exampleDomain, hostedZoneId: exampleZone },
  },
  identity: { kind: 'cognito', callbackUrls: [], emailFrom: `shop@${exampleDomain}` },
  settlement: { ...base.settlement, maxConcurrency: 100 },
  projection: { ...base.projection, parallelizationFactor: 4, recordAgeHours: 24 },
  fulfilment: { ...base.fulfilment, partnerUrl: examplePartner, maxConcurrency: 20, cancellableSeconds: 600 },
  alarms: {
    ...base.alarms,
    topic: true,
    email: exampleEmail,
    queueAgeSeconds: 60,
    iteratorAgeSeconds: 60,
    apiLatencyMs: 2_000,
    edgeLatencyMs: 3_000,
  },
  // A tenth of the customers for ten minutes: longer than any of its alarms needs.
  releases: { shift: 'canary', minutes: 10 },
};

/** Half the ceiling is warm: enough for the first minute, until on demand scales up. */
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

/** The platform passes the real URLs of issuer and partner as CDK context once they run; `.invalid` never resolves. */
const localIdentity: IdentitySettings = {
  kind: 'external',
  issuer: 'http://issuer.invalid',
  audience: project,
  jwks: null,
};

const localTable: OnDemand = { ...smallOnDemand, maxReadUnitsPerSecond: 4_000, maxWriteUnitsPerSecond: 4_000 };

const local: Stage = {
  ...base,
  name: 'local',
  logRetentionDays: 1,
  tracing: false,
  pointInTimeRecoveryDays: null,
  // The engine enforces no ceiling, but the stage must still keep its rule: no more orders than the tables can settle.
  tables: { ...base.tables, orders: localTable, stock: localTable },
  // Tests create many products in sequence.
  api: {
    ...prodApi,
    accessLogs: false,
    throttles: {
      ...prodApi.throttles,
      write: { ratePerSecond: 700, burst: 2000 },
      admin: { ratePerSecond: 500, burst: 500 },
    },
  },
  corsOrigins: ['*'],
  identity: localIdentity,
  queues: { ...base.queues, tlsOnly: false },
  settlement: { ...base.settlement, maxConcurrency: 4 },
  // Short, so that users and tests can see them expire.
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
  edge: { ...base.edge, originSecretGeneration: null },
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

/** The local stage with Function URLs, for engines without HTTP API. */
const localUrl: Stage = {
  ...local,
  name: 'local-url',
  api: { kind: 'function-url' },
  // The most that a queue delivers at once without a batching window.
  settlement: { batchSize: 10, batchingWindowSeconds: 0, maxConcurrency: 4 },
};

/** Two regions, each on its own platform: `npm run drill -- region`. */
const localRegions: Stage = {
  ...local,
  name: 'local-regions',
  region: 'eu-west-1',
  regions: ['eu-west-1', 'eu-central-1'],
};

export const stages = {
  dev,
  staging,
  prod,
  local,
  'local-url': localUrl,
  'local-regions': localRegions,
} as const satisfies Record<string, Stage>;

export const stageNames = Object.keys(stages);

export function findStage(name: string): Stage {
  const found = Object.values<Stage>(stages).find((stage) => stage.name === name);
  if (!found) {
    throw new Error(`stage: must be one of ${stageNames.join(', ')}, got '${name}'. Pass one with: -c stage=dev`);
  }
  return found;
}

/** Sets the partner's URL, if given. */
export function withPartner(stage: Stage, partnerUrl: string | undefined): Stage {
  return partnerUrl === undefined ? stage : { ...stage, fulfilment: { ...stage.fulfilment, partnerUrl } };
}

/** Sets where Terraform keeps its state, if given. */
export function withState(stage: Stage, place: string | undefined): Stage {
  if (place === undefined) return stage;
  if (place !== 'local' && place !== 'remote') throw new Error(`state: must be local or remote, got '${place}'`);
  return { ...stage, terraformState: place };
}

/** Sets the address that alarms notify, if given; throws for a stage whose alarms have no recipient. */
export function withAlarmEmail(stage: Stage, email: string | undefined): Stage {
  if (email === undefined) return stage;
  if (!stage.alarms.topic)
    throw new Error(`alarm-email: stage '${stage.name}' has no alarm topic. Omit it, or set region and alarms.topic`);
  return { ...stage, alarms: { ...stage.alarms, email } };
}

export interface IssuerOverride {
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly jwks?: string | undefined;
}

/**
 * Overrides a stage's external issuer; throws for a stage with its own user pool. Outside its home region, such a stage
 * uses the home's pool as an external issuer, because no stack can read a value of another region.
 */
export function withIssuer(stage: Stage, override: IssuerOverride): Stage {
  const given = Object.entries(override).filter(([, value]) => value !== undefined);
  if (given.length === 0) return stage;
  if (!isHome(stage) && override.issuer !== undefined && override.audience !== undefined) {
    const { issuer, audience, jwks = null } = override;
    return { ...stage, identity: { kind: 'external', issuer, audience, jwks } };
  }
  if (stage.identity.kind !== 'external') {
    const names = given.map(([name]) => name).join(', ');
    throw new Error(`context ${names}: stage '${stage.name}' has its own user pool. Omit it, or use a local stage`);
  }
  return { ...stage, identity: { ...stage.identity, ...Object.fromEntries(given) } };
}
