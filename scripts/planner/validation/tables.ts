import type { OnDemand } from '../../../stacks/model/stages/stage-settings.ts';
import { constants } from '../model/assumptions.ts';
import { TableCapacity } from '../model/table-capacity.ts';
import { type Check, check } from './check.ts';

const source = 'https://theburningmonk.com/2019/03/understanding-the-scaling-behaviour-of-dynamodb-ondemand-tables/';

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

/** The page has words, its numbers are in pictures: throttled, or not. */
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
