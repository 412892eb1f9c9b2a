import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { environmentHours } from '../../../../scripts/planner/cost/aws-idle.ts';
import { idleQuantities } from '../../../../scripts/planner/cost/aws-regions.ts';
import { billAws, toBillingUnits } from '../../../../scripts/planner/cost/aws-usage.ts';
import type { TableUsage, Usage } from '../../../../scripts/planner/types.ts';
import { awsPrices } from '../../../../scripts/prices/aws/prices.ts';
import { bill } from '../../../../scripts/prices/bill.ts';
import { sumMoney, toCents } from '../../../../scripts/prices/money.ts';
import { serviceNames, tableNames } from '../../../../stacks/model/services.ts';
import { stages } from '../../../../stacks/model/stages/stages.ts';
import { twoRegions } from '../../../support/regions-stage.ts';

const noTable: TableUsage = {
  ...{ mode: 'on-demand', readUnits: 0, writeUnits: 0, readUnitHours: 0, writeUnitHours: 0 },
  ...{ storedGb: 0, recoveryGb: 0, warmReadUnits: 0, warmWriteUnits: 0 },
};
const noFunction = {
  invocations: 0,
  memoryMb: 512,
  gbSeconds: 0,
  provisionedGbSeconds: 0,
  provisionedUsedGbSeconds: 0,
};
const byName = <Name extends string, Value>(names: readonly Name[], value: Value) =>
  Object.fromEntries(names.map((name) => [name, value])) as Record<Name, Value>;
const nothing: Usage = {
  hours: 730,
  functions: byName(serviceNames, noFunction),
  api: { kind: 'http-api', requests: 0, responseGb: 0 },
  queues: {},
  tables: byName(tableNames, noTable),
  bus: { events: 0 },
  cdn: { requests: 0, responseGb: 0, uploadGb: 0, functionCalls: 0, invalidationPaths: 0, shieldRequests: 0 },
  webAcl: null,
  logs: { ingestedGb: 0, storedGb: 0 },
  traces: 0,
  fixed: { alarms: 0, dashboards: 0, keys: 0, secrets: 0, hostedZones: 0 },
  monthlyActiveUsers: 0,
};
const million = 1_000_000;
const home = { region: 'us-east-1' };
const dollars = (usage: Partial<Usage>) => billAws(toBillingUnits({ ...nothing, ...usage }, stages.dev), home).usd;

test.each(['dev', 'staging', 'prod'] as const)(
  'an idle month of %s costs what docs/deploying/aws.md counts in its synthesized resources',
  (name) => {
    const page = readFileSync(new URL('../../../../docs/deploying/aws.md', import.meta.url), 'utf8');
    const totals = /^\| \*\*total\*\* \| \$([\d.]+) \| \$([\d.]+) \| \$([\d.]+) \|$/m.exec(page)?.slice(1);
    const published = totals?.[['dev', 'staging', 'prod'].indexOf(name)];
    const { lines, fixed, total } = bill(idleQuantities(stages[name]), awsPrices, home);
    // The page adds up rows rounded to cents; reads and writes of tables are one row.
    const rows = Map.groupBy(lines, ({ id }) => id.split('.')[0]);
    const cents = [...rows.values()].map((all) => Number(toCents(sumMoney(all.map(({ amount }) => amount)))));
    expect(cents.reduce((sum, one) => sum + one, 0).toFixed(2)).toBe(published);
    expect(fixed).toBe(total);
  },
);

test.each<[string, Partial<Usage>, number]>([
  [
    'functions, by requests and time',
    { functions: { ...nothing.functions, intake: { ...noFunction, invocations: 5 * million, gbSeconds: million } } },
    1 + 13.3334,
  ],
  [
    'provisioned concurrency, held and used',
    {
      functions: {
        ...nothing.functions,
        catalog: { ...noFunction, provisionedGbSeconds: 9 * million, provisionedUsedGbSeconds: million },
      },
    },
    30.0006 + 7.7778,
  ],
  ['an HTTP API', { api: { kind: 'http-api', requests: million, responseGb: 5 } }, 1],
  ['nothing for Function URLs', { api: { kind: 'function-url', requests: million, responseGb: 5 } }, 0],
  [
    'queues together',
    { queues: { 'order-requests': { requests: million }, 'fulfilment-requests': { requests: million } } },
    0.8,
  ],
  [
    'units of tables on demand',
    { tables: { ...nothing.tables, orders: { ...noTable, readUnits: million, writeUnits: million } } },
    0.75,
  ],
  [
    'unit-hours of provisioned tables, and not what they use',
    {
      tables: {
        ...nothing.tables,
        stock: { ...noTable, mode: 'provisioned', readUnits: million, readUnitHours: 1_000 },
      },
    },
    0.13,
  ],
  ['events', { bus: { events: million } }, 1],
  [
    'the CDN',
    { cdn: { ...nothing.cdn, requests: million, functionCalls: million, invalidationPaths: 1_100 } },
    1 + 0.1 + 0.5,
  ],
  ['a web ACL', { webAcl: { rules: 5, requests: million } }, 10.6],
  ['logs and traces', { logs: { ingestedGb: 10, storedGb: 10 }, traces: million }, 5 + 0.3 + 5],
  ['half a month of alarms', { hours: 365, fixed: { ...nothing.fixed, alarms: 10 } }, 0.5],
])('bills %s', (_, usage, usd) => {
  expect(dollars(usage)).toBe(usd);
});

test('a region is a column: the same use costs more in Frankfurt', () => {
  const quantities = { 'dynamodb.writes': million };
  expect(billAws(quantities, home).usd).toBe(0.625);
  expect(billAws(quantities, { region: 'eu-central-1' }).usd).toBe(0.7625);
});

test('a second region pays for the copies of what is written at home, and for its own fixed resources', () => {
  const tables = {
    ...nothing.tables,
    // Copied, by each region or from home.
    orders: { ...noTable, writeUnits: million },
    catalog: { ...noTable, writeUnits: million, storedGb: 4 },
    // Each region has its own.
    stock: { ...noTable, writeUnits: million, readUnits: million },
  };
  const inTwo = (usage: Partial<Usage>) => billAws(toBillingUnits({ ...nothing, ...usage }, twoRegions), home).usd;
  const withoutTime = { hours: 0, tables };
  expect(dollars(withoutTime)).toBe(3 * 0.625 + 0.125 + 4 * 0.25);
  expect(inTwo(withoutTime)).toBe(5 * 0.625 + 0.125 + 8 * 0.25);
  const [one, two] = [{ ...twoRegions, regions: [] }, twoRegions].map(idleQuantities);
  expect(two?.['waf.acl']).toBe(one?.['waf.acl']);
  expect(two?.['secrets.held']).toBe(2 * (one?.['secrets.held'] ?? 0));
  const fixedOf = (quantities = {}) => bill(quantities, awsPrices, home).total;
  expect(inTwo({ hours: 730 })).toBeGreaterThan(0);
  expect(Number(toCents(fixedOf(two)))).toBeGreaterThan(1.5 * Number(toCents(fixedOf(one))));
});

test('the last floor of a day holds over midnight', () => {
  const floor = (hour: number, minEnvironments: number) => ({
    ...{ name: String(hour), cron: `0 ${hour} * * ? *`, timeZone: 'UTC', minEnvironments },
  });
  const scaling = { minEnvironments: 9, maxEnvironments: 100, targetUtilization: 0.7 };
  expect(environmentHours({ ...scaling, floors: [] })).toBe(9 * 24);
  expect(environmentHours({ ...scaling, floors: [floor(13, 1), floor(12, 25)] })).toBe(23 + 25);
});

test('names a schedule that it cannot price', () => {
  const floors = [{ name: 'weekly', cron: '0 12 ? * FRI *', timeZone: 'UTC', minEnvironments: 1 }];
  const scaling = { minEnvironments: 1, maxEnvironments: 1, targetUtilization: 0.7, floors };
  expect(() => environmentHours(scaling)).toThrow("cannot price the schedule '0 12 ? * FRI *'");
});
