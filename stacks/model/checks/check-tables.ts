import { orderIndexes } from '../services.ts';
import type { CapacityRange, OnDemand, Provisioned, Stage } from '../stages/stage-settings.ts';
import { limits } from './limits.ts';
import { atLeast, atMost, mustHold, type Violations, wholeAndPositive } from './violations.ts';

export function checkTables(stage: Stage): Violations {
  const tables = Object.entries(stage.tables).flatMap(([name, billing]) =>
    billing.mode === 'on-demand'
      ? checkOnDemand(`tables.${name}`, billing)
      : checkProvisioned(`tables.${name}`, billing),
  );
  return [...tables, ...checkAccountUnits(stage), ...checkProtection(stage)];
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

/** Provisioned units of all tables together. Each index of the orders table has its table's capacity and counts too. */
export function provisionedUnits({ tables }: Stage, side: 'read' | 'write'): number {
  return [...Object.values(tables), ...orderIndexes.map(() => tables.orders)]
    .map((billing) => (billing.mode === 'provisioned' ? billing[side].maxUnits : 0))
    .reduce((total, units) => total + units, 0);
}

function checkAccountUnits(stage: Stage): Violations {
  return [
    ...atMost('tables.*.read.maxUnits', provisionedUnits(stage, 'read'), limits.accountUnits),
    ...atMost('tables.*.write.maxUnits', provisionedUnits(stage, 'write'), limits.accountUnits),
  ];
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
