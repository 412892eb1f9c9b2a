import type { CapacityRange, Stage, TableBilling } from '../../stacks/model/stages/stage-settings.ts';
import { tableIndexes } from '../../stacks/model/table-shapes.ts';

type Change = (stage: Stage) => Stage;

const mapValues = <K extends string, V>(values: Readonly<Record<K, V>>, change: (value: V) => V): Record<K, V> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value as V)])) as Record<K, V>;

const functions =
  (change: (settings: Stage['functions']['intake']) => Partial<Stage['functions']['intake']>): Change =>
  (stage) => ({ ...stage, functions: mapValues(stage.functions, (one) => ({ ...one, ...change(one) })) });

const range = ({ minUnits, maxUnits, ...rest }: CapacityRange): CapacityRange => ({
  ...rest,
  minUnits: minUnits + 1,
  maxUnits: maxUnits + 5,
});

function otherUnits(billing: TableBilling): TableBilling {
  if (billing.mode === 'provisioned') return { ...billing, read: range(billing.read), write: range(billing.write) };
  const { maxReadUnitsPerSecond: read, maxWriteUnitsPerSecond: write } = billing;
  return { ...billing, maxReadUnitsPerSecond: read + 100, maxWriteUnitsPerSecond: write + 100 };
}

/** Enough for the orders that the API of prod admits. */
const steady: CapacityRange = { minUnits: 5, maxUnits: 10_000, targetUtilizationPercent: 70 };
const onDemand: TableBilling = {
  mode: 'on-demand',
  maxReadUnitsPerSecond: 500,
  maxWriteUnitsPerSecond: 500,
  warm: null,
};
const otherMode = (billing: TableBilling): TableBilling =>
  billing.mode === 'provisioned' ? onDemand : { mode: 'provisioned', read: steady, write: steady };

const tables =
  (change: (billing: TableBilling) => TableBilling): Change =>
  (stage) => ({ ...stage, tables: mapValues(stage.tables, change) });

const pickIndexed = (all: Stage['tables']): Partial<Stage['tables']> =>
  Object.fromEntries(tableIndexes.map(({ table }) => [table, all[table]]));

/** Changes that an owner makes to a stage during a sale. None of them may lose data. */
export const harmlessChanges: Readonly<Record<string, Change>> = {
  'memory and timeouts': functions(({ memoryMb }) => ({ memoryMb: memoryMb * 2 })),
  'provisioned concurrency': functions(() => ({
    provisioned: { minEnvironments: 2, maxEnvironments: 50, targetUtilization: 0.6, floors: [] },
  })),
  'no provisioned concurrency': functions(() => ({ provisioned: null })),
  'retention of logs, messages and backups': (stage) => ({
    ...stage,
    logRetentionDays: 60,
    pointInTimeRecoveryDays: stage.pointInTimeRecoveryDays === 7 ? 14 : 7,
    edge: { ...stage.edge, accessLogDays: stage.edge.accessLogDays === null ? null : 60 },
    queues: { ...stage.queues, retentionDays: 3 },
  }),
  // From none to one too, in a stage that kept its orders. A stage that deletes its data may have none.
  'retention of orders': (stage) => ({
    ...stage,
    retention: stage.keepData ? { days: 500, exportEveryDays: 20 } : null,
  }),
  'capacity of the tables': tables(otherUnits),
  'billing of the tables': ({ tables: before, ...stage }) => ({
    ...stage,
    // A table with indexes stays on demand.
    tables: { ...mapValues(before, otherMode), ...pickIndexed(before) },
  }),
  'numbers of the workers': (stage) => ({
    ...stage,
    settlement: { ...stage.settlement, batchSize: 5, maxConcurrency: 10 },
    projection: { ...stage.projection, batchSize: 50 },
    fulfilment: { ...stage.fulfilment, cancellableSeconds: 300, maxConcurrency: 5 },
    sweeper: { ...stage.sweeper, everyMinutes: 10 },
  }),
  'cache times, partner and thresholds': (stage) => ({
    ...stage,
    caching: { ...stage.caching, product: { ...stage.caching.product, edgeSeconds: 7 } },
    fulfilment: { ...stage.fulfilment, partnerUrl: 'https://partner.test-shop.com' },
    alarms: { ...stage.alarms, apiLatencyMs: 1_500, queueAgeSeconds: 120 },
    edge: { ...stage.edge, originSecretGeneration: (stage.edge.originSecretGeneration ?? 0) + 1 },
  }),
};

export const allHarmless: Change = (stage) =>
  Object.values(harmlessChanges).reduce((changed, change) => change(changed), stage);
