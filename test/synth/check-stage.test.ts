import { describe, expect, test } from 'vitest';
import { checkStage, collectViolations } from '../../stacks/model/checks/check-stage.ts';
import { limits, logRetentionDays } from '../../stacks/model/checks/limits.ts';
import type { OnDemand, Provisioned, Stage } from '../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../stacks/model/stages/stages.ts';

const { prod, staging } = stages;
const rush = prod.functions.intake.provisioned;
if (!rush) throw new Error('stage prod: functions.intake.provisioned must be set for these tests, got null');

const withFunction = (changes: Partial<Stage['functions']['intake']>): Stage => ({
  ...prod,
  functions: { ...prod.functions, intake: { ...prod.functions.intake, ...changes } },
});
const withSettlement = (changes: Partial<Stage['settlement']>): Stage => ({
  ...prod,
  settlement: { ...prod.settlement, ...changes },
});
const withQueues = (changes: Partial<Stage['queues']>): Stage => ({ ...prod, queues: { ...prod.queues, ...changes } });
const withProjection = (changes: Partial<Stage['projection']>): Stage => ({
  ...prod,
  projection: { ...prod.projection, ...changes },
});
const withProductCaching = (changes: Partial<Stage['caching']['product']>): Stage => ({
  ...prod,
  caching: { ...prod.caching, product: { ...prod.caching.product, ...changes } },
});
const withEdge = (changes: Partial<Stage['edge']>): Stage => ({ ...prod, edge: { ...prod.edge, ...changes } });
const withStock = (changes: Partial<OnDemand>): Stage => ({
  ...prod,
  tables: { ...prod.tables, stock: { ...(prod.tables.stock as OnDemand), ...changes } },
});
const withCapacity = (changes: Partial<Provisioned['read']>): Stage => {
  const stock = staging.tables.stock as Provisioned;
  return { ...staging, tables: { ...staging.tables, stock: { ...stock, read: { ...stock.read, ...changes } } } };
};
const withThrottle = (ratePerSecond: number, burst: number): Stage => ({
  ...prod,
  api: { ...prod.api, throttles: { ...prod.api.throttles, write: { ratePerSecond, burst } } },
});

test.each(Object.values<Stage>(stages))('accepts stage $name', (stage) => {
  expect(collectViolations(stage)).toEqual([]);
});

const bad: readonly [start: string, stage: Stage][] = [
  [
    'tables.stock.maxReadUnitsPerSecond: must be at least 450 units/s for 1500 orders/s on 15 shards, 0 each if confirmed and 0.3 if sold out, got 300. It carries 1000 orders/s',
    withStock({ maxReadUnitsPerSecond: 300, warm: null }),
  ],
  [
    'tables.stock.maxReadUnitsPerSecond: must be at least 45000 units/s for 1500 orders/s on 15 shards, 0 each if confirmed and 30 if sold out, got 20000',
    withSettlement({ batchSize: 1, batchingWindowSeconds: 0 }),
  ],
  [
    'tables.stock.maxWriteUnitsPerSecond: must be at least 450 units/s for 1500 orders/s on 15 shards, 0.3 each if confirmed and 0.02 if sold out, got 400',
    withStock({ maxWriteUnitsPerSecond: 400, warm: null }),
  ],
  [
    'tables.orders.maxWriteUnitsPerSecond: must be at least 20400 units/s for 4000 orders/s on 40 shards, 5 each if confirmed and 5.1 if sold out',
    withThrottle(4_000, 4_000),
  ],
  [
    'tables.stock.read.maxUnits: must be at least 100 units/s for 50 orders/s on 1 shard',
    { ...withCapacity({ minUnits: 1, maxUnits: 99 }), settlement: { ...staging.settlement, batchSize: 1 } },
  ],
  [
    'api.throttles.write.ratePerSecond: must be at most 6400, what a product of 64 shards can serve, got 6401',
    withThrottle(6_401, 5_000),
  ],
  ['logRetentionDays: must be one of 1, 3, 5', { ...prod, logRetentionDays: 8 }],
  ['functions.intake.memoryMb: must be at least 128 MB, got 64', withFunction({ memoryMb: 64 })],
  ['functions.intake.memoryMb: must be at most 10240 MB, got 10241', withFunction({ memoryMb: 10_241 })],
  ['functions.intake.memoryMb: must be a whole number above 0, got 512.5', withFunction({ memoryMb: 512.5 })],
  ['functions.intake.timeoutSeconds: must be less than 30 s, got 30', withFunction({ timeoutSeconds: 30 })],
  [
    'functions.settlement.timeoutSeconds: must be at most 900 s, got 901',
    {
      ...prod,
      functions: { ...prod.functions, settlement: { memoryMb: 512, timeoutSeconds: 901, provisioned: null } },
    },
  ],
  [
    'functions.intake.provisioned.maxEnvironments: must be at least minEnvironments, 5, got 1',
    withFunction({ provisioned: { ...rush, maxEnvironments: 1, floors: [] } }),
  ],
  [
    'functions.intake.provisioned.targetUtilization: must be at most 0.9 utilization, got 1',
    withFunction({ provisioned: { ...rush, targetUtilization: 1 } }),
  ],
  [
    'functions.intake.provisioned.floors.noon.cron: must be six fields, got 0 12 * * *',
    withFunction({
      provisioned: { ...rush, floors: [{ name: 'noon', cron: '0 12 * * *', timeZone: 'UTC', minEnvironments: 9 }] },
    }),
  ],
  [
    'functions.intake.provisioned.floors.noon.minEnvironments: must be at most maxEnvironments, 300, got 301',
    withFunction({
      provisioned: { ...rush, floors: [{ name: 'noon', cron: '0 12 * * ? *', timeZone: 'UTC', minEnvironments: 301 }] },
    }),
  ],
  [
    'environments of all functions (catalog 300, intake 300, settlement 400, projection 64, fulfilment 20, sweeper 1, stock 0, invalidation 4): must be at most 900 environments, got 1089',
    withSettlement({ maxConcurrency: 400 }),
  ],
  ['api.throttles.write.ratePerSecond: must be at most 10000 requests/s, got 10001', withThrottle(10_001, 5000)],
  ['api.throttles.write.burst: must be at most 5000 requests, got 5001', withThrottle(10_000, 5001)],
  ['corsOrigins: must be one or more origins, got none', { ...prod, corsOrigins: [] }],
  ['queues.deadLetterRetentionDays: must be at most 14 days, got 15', withQueues({ deadLetterRetentionDays: 15 })],
  ['queues.deadLetterRetentionDays: must be at least 14 days, got 13', withQueues({ deadLetterRetentionDays: 13 })],
  ['queues.deadLetterRetentionDays: must be more than queues.retentionDays, 14', withQueues({ retentionDays: 14 })],
  ['queues.maxReceiveCount: must be at least 5 receives, got 4', withQueues({ maxReceiveCount: 4 })],
  [
    'queues.visibilityTimeoutMultiplier: must be at least 6 function timeouts, got 5',
    withQueues({ visibilityTimeoutMultiplier: 5 }),
  ],
  [
    'queues.visibilityTimeoutMultiplier * functions.settlement.timeoutSeconds: must be at most 43200 s, got 45000',
    withQueues({ visibilityTimeoutMultiplier: 1500 }),
  ],
  [
    'alarms.deadLetterAgeDays: must be less than queues.deadLetterRetentionDays, 14, got 14',
    { ...prod, alarms: { ...prod.alarms, deadLetterAgeDays: 14 } },
  ],
  [
    'settlement.batchSize: must be at most 10 messages, got 11',
    withSettlement({ batchSize: 11, batchingWindowSeconds: 0 }),
  ],
  [
    'settlement.batchSize: must be at most 10000 messages, got 10001',
    withSettlement({ batchSize: 10_001, batchingWindowSeconds: 1 }),
  ],
  ['settlement.batchingWindowSeconds: must be at most 300 s', withSettlement({ batchingWindowSeconds: 301 })],
  [
    'settlement.batchingWindowSeconds: must be less than functions.settlement.timeoutSeconds, 30, got 30',
    withSettlement({ batchingWindowSeconds: 30 }),
  ],
  ['settlement.maxConcurrency: must be at least 2 environments, got 1', withSettlement({ maxConcurrency: 1 })],
  ['settlement.maxConcurrency: must be at most 1000 environments, got 1001', withSettlement({ maxConcurrency: 1001 })],
  ['projection.batchSize: must be at most 10000 records', withProjection({ batchSize: 10_001 })],
  ['projection.parallelizationFactor: must be at most 10', withProjection({ parallelizationFactor: 11 })],
  ['projection.retryAttempts: must be a whole number, 0 or more, got -1', withProjection({ retryAttempts: -1 })],
  ['projection.recordAgeHours: must be at most 24 hours, got 25', withProjection({ recordAgeHours: 25 })],
  [
    'invalidation.retryAttempts: must be a whole number, 0 or more, got -1',
    { ...prod, invalidation: { ...prod.invalidation, retryAttempts: -1 } },
  ],
  ['caching.product.edgeSeconds: must be a whole number, 0 or more, got 1.5', withProductCaching({ edgeSeconds: 1.5 })],
  [
    'caching.product.functionMs: must be less than caching.product.edgeSeconds',
    withProductCaching({ functionMs: 10_000 }),
  ],
  [
    'caching.product.browserSeconds: must be at most caching.product.edgeSeconds, 10, got 11',
    withProductCaching({ browserSeconds: 11 }),
  ],
  [
    'edge.webAcl.ratePerFiveMinutes: must be at least 10 requests, got 9',
    withEdge({ webAcl: { ratePerFiveMinutes: 9, totalPerFiveMinutes: 100_000, log: true } }),
  ],
  [
    'edge.domain.name: must be a host name in lower case, got Shop',
    withEdge({ domain: { name: 'Shop', hostedZoneId: 'Z1' } }),
  ],
  [
    'edge.domain.hostedZoneId: must be a Route 53 zone id',
    withEdge({ domain: { name: 'shop.example', hostedZoneId: '?' } }),
  ],
  ['edge.originSecretGeneration: must be a whole number above 0, got 0', withEdge({ originSecretGeneration: 0 })],
  ['identity.callbackUrls: must be one or more where edge.domain is null, got none', withEdge({ domain: null })],
  [
    'identity.callbackUrls: must be https, or http://localhost',
    { ...prod, identity: { kind: 'cognito', callbackUrls: ['http://a.example/'], emailFrom: null } },
  ],
  ['tables.stock.maxWriteUnitsPerSecond: must be at most 40000 units/s', withStock({ maxWriteUnitsPerSecond: 40_001 })],
  [
    'tables.stock.warm.writeUnitsPerSecond: must be at least 4000 units/s, got 3999',
    withStock({ warm: { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 3999 } }),
  ],
  [
    'tables.stock.warm.readUnitsPerSecond: must be at most the ceiling, 20000 units/s, got 20001',
    withStock({ warm: { readUnitsPerSecond: 20_001, writeUnitsPerSecond: 4000 } }),
  ],
  ['tables.stock.read.maxUnits: must be at least minUnits, 10, got 9', withCapacity({ maxUnits: 9 })],
  [
    'tables.stock.read.targetUtilizationPercent: must be at most 90 %, got 91',
    withCapacity({ targetUtilizationPercent: 91 }),
  ],
  ['tables.*.read.maxUnits: must be at most 80000 units/s, got 98400', { ...staging, tables: provisionedHigh() }],
  [
    'fulfilment.cancellableSeconds: must be at most 900 s, got 901',
    { ...prod, fulfilment: { ...prod.fulfilment, cancellableSeconds: 901 } },
  ],
  [
    'fulfilment.giveUpHours: must be less than queues.deadLetterRetentionDays, 14 days, got 336',
    { ...prod, fulfilment: { ...prod.fulfilment, giveUpHours: 336 } },
  ],
  [
    'edge.webAcl.totalPerFiveMinutes: must be at least 51500: 50 open pages of 1030 requests behind one address, got 3000',
    withEdge({ webAcl: { ratePerFiveMinutes: 3_000, totalPerFiveMinutes: 3_000, log: true } }),
  ],
  ['edge.originShield: must be false in eu-north-1', { ...prod, region: 'eu-north-1' }],
  ['edge.accessLogDays: must be null in eu-south-1', { ...prod, region: 'eu-south-1' }],
  [
    'edge.accessLogDays: must be null where keepData is false, got 30',
    { ...stages.dev, edge: { ...stages.dev.edge, accessLogDays: 30 } },
  ],
  [
    'api.throttles.*.ratePerSecond of all routes together: must be at most 10000 requests/s, got 10170',
    withThrottle(2_100, 2_000),
  ],
  [
    'identity.emailFrom: must be an e-mail address, or null, got shop',
    { ...prod, identity: { kind: 'cognito', callbackUrls: [], emailFrom: 'shop' } },
  ],
  ['region: must be a region of AWS, or null, got Frankfurt', { ...prod, region: 'Frankfurt' }],
  ['region: must be set where keepData or alarms.topic is true, got null', { ...prod, region: null }],
  [
    'alarms.email: must be an address where alarms.topic is true, and null otherwise (it is true), got null',
    { ...prod, alarms: { ...prod.alarms, email: null } },
  ],
  ['alarms.email: must be an e-mail address, got me', { ...prod, alarms: { ...prod.alarms, email: 'me' } }],
  [
    'alarms.apiLatencyMs: must be a whole number above 0, got 0',
    { ...prod, alarms: { ...prod.alarms, apiLatencyMs: 0 } },
  ],
  [
    'fulfilment.partnerUrl: must be a URL that begins with https://, got partner/',
    { ...prod, fulfilment: { ...prod.fulfilment, partnerUrl: 'partner/' } },
  ],
  [
    'fulfilment.partnerUrl: must be a URL that begins with https://: orders must not travel unencrypted, got http://a.com',
    { ...prod, fulfilment: { ...prod.fulfilment, partnerUrl: 'http://a.com' } },
  ],
  [
    'fulfilment.partnerUrl: must be a host name instead of an IP address: certificates are issued for names, got https://10.0.0.1',
    { ...staging, fulfilment: { ...staging.fulfilment, partnerUrl: 'https://10.0.0.1' } },
  ],
  ['fulfilment.maxConcurrency: must be at least 2', { ...prod, fulfilment: { ...prod.fulfilment, maxConcurrency: 1 } }],
  [
    "sweeper.stuckMinutes: must be at least as long as a queue's own retries, 15 minutes, got 14",
    { ...prod, sweeper: { ...prod.sweeper, stuckMinutes: 14 } },
  ],
  ['sweeper.everyMinutes: must be a divisor of 60', { ...prod, sweeper: { ...prod.sweeper, everyMinutes: 7 } }],
  ['sweeper.everyMinutes: must be a whole number above 0', { ...prod, sweeper: { ...prod.sweeper, everyMinutes: 0 } }],
  ['pointInTimeRecoveryDays: must be at most 35 days, got 36', { ...prod, pointInTimeRecoveryDays: 36 }],
  ['deletionProtection: must be the same as keepData, got false', { ...prod, deletionProtection: false }],
];

function provisionedHigh(): Stage['tables'] {
  const { tables } = staging;
  const high = (billing: Provisioned): Provisioned => ({ ...billing, read: { ...billing.read, maxUnits: 16_400 } });
  return {
    orders: high(tables.stock as Provisioned),
    stock: high(tables.stock as Provisioned),
    catalog: high(tables.stock as Provisioned),
    views: high(tables.views as Provisioned),
    coordination: tables.coordination,
  };
}

test.each(bad)('rejects: %s', (start, stage) => {
  expect(collectViolations(stage)).toContainEqual(expect.stringContaining(start));
  expect(() => checkStage(stage)).toThrow(start);
});

describe('the error', () => {
  test('names the stage and all violations, each with advice and source', () => {
    const stage = withQueues({ maxReceiveCount: 1, deadLetterRetentionDays: 20 });
    expect(() => checkStage(stage)).toThrowErrorMatchingInlineSnapshot(`
      [Error: stage 'prod': 2 to change in stacks/model/stages/stages.ts
        - queues.deadLetterRetentionDays: must be at most 14 days, got 20. Lower it (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html)
        - queues.maxReceiveCount: must be at least 5 receives, got 1. Raise it (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html)]
    `);
  });

  test('says when AWS raises a quota on request', () => {
    const [violation] = collectViolations(withThrottle(20_000, 1));
    expect(violation).toContain('or request a higher quota and update stacks/model/checks/limits.ts');
  });
});

test('gives every limit a unit and a page of the AWS documentation', () => {
  for (const [name, limit] of Object.entries({ ...limits, logRetentionDays })) {
    expect(limit.unit, name).not.toBe('');
    expect(limit.source, name).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
  }
});
