import { maxShards, ordersPerSecondPerShard, shardCountFor } from '../../../functions/contracts/shards.ts';
import type { CapacityRange, OnDemand, Provisioned, Stage, TableBilling } from '../stages/stage-settings.ts';
import { tableIndexes } from '../table-shapes.ts';
import { limits } from './limits.ts';
import { costsOfOrder } from './order-costs.ts';
import { atLeast, atMost, mustHold, type Violations, wholeAndPositive } from './violations.ts';

export function checkTables(stage: Stage): Violations {
  const tables = Object.entries(stage.tables).flatMap(([name, billing]) =>
    billing.mode === 'on-demand'
      ? checkOnDemand(`tables.${name}`, billing)
      : checkProvisioned(`tables.${name}`, billing),
  );
  return [...tables, ...checkAccountUnits(stage), ...checkOrderRate(stage), ...checkProtection(stage)];
}

function checkOnDemand(path: string, billing: OnDemand): Violations {
  const { maxReadUnitsPerSecond: reads, maxWriteUnitsPerSecond: writes, warm } = billing;
  return [
    ...wholeAndPositive(`${path}.maxReadUnitsPerSecond`, reads),
    ...atMost(`${path}.maxReadUnitsPerSecond`, reads, limits.tableUnits),
    ...wholeAndPositive(`${path}.maxWriteUnitsPerSecond`, writes),
    ...atMost(`${path}.maxWriteUnitsPerSecond`, writes, limits.tableUnits),
    ...(warm ? checkWarm(`${path}.warm`, warm, billing) : []),
  ];
}

function checkWarm(path: string, warm: NonNullable<OnDemand['warm']>, billing: OnDemand): Violations {
  const { readUnitsPerSecond: reads, writeUnitsPerSecond: writes } = warm;
  const ceiling = (units: number) => `at most the ceiling, ${units} units/s`;
  const advice = 'Lower it, or raise the ceiling: warm throughput above it is paid for but never used';
  return [
    ...atLeast(`${path}.readUnitsPerSecond`, reads, limits.warmReadMin),
    ...atLeast(`${path}.writeUnitsPerSecond`, writes, limits.warmWriteMin),
    ...mustHold(
      reads <= billing.maxReadUnitsPerSecond,
      `${path}.readUnitsPerSecond`,
      ceiling(billing.maxReadUnitsPerSecond),
      reads,
      advice,
    ),
    ...mustHold(
      writes <= billing.maxWriteUnitsPerSecond,
      `${path}.writeUnitsPerSecond`,
      ceiling(billing.maxWriteUnitsPerSecond),
      writes,
      advice,
    ),
  ];
}

function checkProvisioned(path: string, billing: Provisioned): Violations {
  return [...checkRange(`${path}.read`, billing.read), ...checkRange(`${path}.write`, billing.write)];
}

function checkRange(path: string, { minUnits, maxUnits, targetUtilizationPercent }: CapacityRange): Violations {
  return [
    ...wholeAndPositive(`${path}.minUnits`, minUnits),
    ...mustHold(maxUnits >= minUnits, `${path}.maxUnits`, `at least minUnits, ${minUnits}`, maxUnits, 'Raise it'),
    ...atMost(`${path}.maxUnits`, maxUnits, limits.tableUnits),
    ...atLeast(`${path}.targetUtilizationPercent`, targetUtilizationPercent, limits.tableTargetMin),
    ...atMost(`${path}.targetUtilizationPercent`, targetUtilizationPercent, limits.tableTargetMax),
  ];
}

/** Provisioned units of all tables together. Each index has its table's capacity and counts too. */
export function provisionedUnits({ tables }: Stage, side: 'read' | 'write'): number {
  return [...Object.values(tables), ...tableIndexes.map(({ table }) => tables[table])]
    .map((billing) => (billing.mode === 'provisioned' ? billing[side].maxUnits : 0))
    .reduce((total, units) => total + units, 0);
}

function checkAccountUnits(stage: Stage): Violations {
  return [
    ...atMost('tables.*.read.maxUnits', provisionedUnits(stage, 'read'), limits.accountUnits),
    ...atMost('tables.*.write.maxUnits', provisionedUnits(stage, 'write'), limits.accountUnits),
  ];
}

/** An API that lets in more orders than the tables can settle only fills the queue. Function URLs let in any rate. */
function checkOrderRate({ api, tables, settlement }: Stage): Violations {
  if (api.kind !== 'http-api') return [];
  const { ratePerSecond: rate } = api.throttles.write;
  const shards = shardCountFor(rate);
  const { confirmed, soldOut } = costsOfOrder(shards, settlement.batchSize);
  const largest = maxShards * ordersPerSecondPerShard;
  const sides = (['orders', 'stock'] as const).flatMap((table) =>
    (['reads', 'writes'] as const).map((side) => ({ table, side, of: [confirmed[table][side], soldOut[table][side]] })),
  );
  return [
    ...mustHold(
      rate <= largest,
      'api.throttles.write.ratePerSecond',
      `at most ${largest}, what a product of ${maxShards} shards can serve`,
      rate,
      'Lower it',
    ),
    ...sides.flatMap(({ table, side, of }) => {
      const { path, units } = ceilingOf(tables[table], side);
      const each = of.map((cost) => Number(cost.toFixed(2)));
      const needed = Math.ceil(rate * Math.max(...of));
      return mustHold(
        needed <= units,
        `tables.${table}.${path}`,
        `at least ${needed} units/s for ${rate} orders/s on ${shards === 1 ? '1 shard' : `${shards} shards`}, ${each[0]} each if confirmed and ${each[1]} if sold out`,
        units,
        `It carries ${Math.floor(units / Math.max(...of))} orders/s. Raise it, or lower api.throttles.write`,
      );
    }),
  ];
}

function ceilingOf(billing: TableBilling, side: 'reads' | 'writes') {
  if (billing.mode === 'on-demand')
    return side === 'reads'
      ? { path: 'maxReadUnitsPerSecond', units: billing.maxReadUnitsPerSecond }
      : { path: 'maxWriteUnitsPerSecond', units: billing.maxWriteUnitsPerSecond };
  const range = side === 'reads' ? 'read' : 'write';
  return { path: `${range}.maxUnits`, units: billing[range].maxUnits };
}

function checkProtection({ keepData, deletionProtection, pointInTimeRecoveryDays: days }: Stage): Violations {
  const recovery =
    days === null
      ? []
      : [
          ...wholeAndPositive('pointInTimeRecoveryDays', days),
          ...atMost('pointInTimeRecoveryDays', days, limits.pointInTimeRecoveryMax),
        ];
  const both = 'the same as keepData';
  const advice = 'Set both or neither: a stack that deletes protected tables fails half-way';
  return [
    ...recovery,
    ...mustHold(keepData === deletionProtection, 'deletionProtection', both, deletionProtection, advice),
  ];
}
