import type { OnDemand } from '../../../stacks/model/stages/stage-settings.ts';
import { constants } from '../model/assumptions.ts';
import { TableCapacity } from '../model/table-capacity.ts';
import { type Check, check } from './check.ts';

const source = 'https://theburningmonk.com/2019/03/understanding-the-scaling-behaviour-of-dynamodb-ondemand-tables/';

const rule =
  'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html';

/** A new table with the quota of 40,000 as its ceiling. */
const table: OnDemand = {
  mode: 'on-demand',
  maxReadUnitsPerSecond: 40_000,
  maxWriteUnitsPerSecond: 40_000,
  warm: null,
};

/** Share of the writes of a ramp that is throttled. */
export function throttledShare(peak: number, minutes: number): number {
  const capacity = new TableCapacity('write', table, constants);
  let [asked, granted] = [0, 0];
  for (let now = 0; now < minutes * 60; now++) {
    const units = (peak * (now + 0.5)) / (minutes * 60);
    asked += units;
    granted += units * capacity.take(units, now, 1);
  }
  return 1 - granted / asked;
}

/** The page has its numbers only in pictures. Its text says whether writes were throttled. */
export function checkTableRamps(): Check[] {
  const row = (peak: number, minutes: number, isThrottled: boolean) =>
    check({
      ...{
        set: 'DynamoDB ramp',
        row: `0 to ${peak}/s in ${minutes} min: throttled`,
        unit: '1 = yes',
        source,
        tolerance: 0,
      },
      ...{ model: throttledShare(peak, minutes) > 0 ? 1 : 0, measured: isThrottled ? 1 : 0, inPoints: true },
    });
  return [row(4_000, 1, false), row(40_000, 60, true), row(40_000, 90, true)];
}

/** Units per second that a table serves after some minutes of full load. */
function servedAfter(kind: 'read' | 'write', load: number, minutes: number): number {
  const capacity = new TableCapacity(kind, table, constants);
  for (let now = 0; now < minutes * 60; now++) capacity.take(load, now, 1);
  return capacity.limit().perSecond;
}

/** AWS's own numbers: the capacity of a new table, and twice its peak, 30 minutes after that peak. */
export function checkTableGrowth(): Check[] {
  const row = (kind: 'read' | 'write', load: number, minutes: number, measured: number) =>
    check({
      ...{ set: 'DynamoDB on demand', row: `${kind}s after ${minutes} min of ${load}/s`, measured, unit: 'units/s' },
      ...{ model: servedAfter(kind, load, minutes), tolerance: 0, source: rule },
    });
  return [
    ...[row('write', 4_000, 0, 4_000), row('write', 4_000, 30, 4_000), row('write', 4_000, 32, 8_000)],
    ...[row('read', 12_000, 0, 12_000), row('read', 12_000, 30, 12_000), row('read', 12_000, 32, 24_000)],
  ];
}

const split = 'https://aws.amazon.com/blogs/database/part-2-scaling-dynamodb-how-partitions-hot-keys-and-split/';

/** Reads of one hot partition before it splits. */
export function checkPartition(): Check {
  return check({
    ...{ set: 'DynamoDB partition', row: 'reads before the split', model: constants.partitionReads, measured: 4_500 },
    ...{ unit: 'units/s', tolerance: 10, source: split },
    note: 'the model keeps the documented 3,000; each of three replicas served half of that',
  });
}
