import { inEachRegion, inRegion, otherRegions } from '../../../stacks/model/stages/regions.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { replicaRegions } from '../../../stacks/model/table-shapes.ts';
import type { AwsPriceId } from '../../prices/aws/prices.ts';
import type { Quantities } from '../../prices/bill.ts';
import { hoursPerMonth } from '../../prices/price.ts';
import type { TableUsage, Usage } from '../types.ts';
import { idleOfRegion } from './aws-idle.ts';

type AwsQuantities = Quantities<AwsPriceId>;

export function addQuantities(parts: readonly AwsQuantities[]): AwsQuantities {
  const ids = [...new Set(parts.flatMap((part) => Object.keys(part)))] as AwsPriceId[];
  return Object.fromEntries(ids.map((id) => [id, parts.reduce((sum, part) => sum + (part[id] ?? 0), 0)]));
}

/** Quantities of a month without customers, in all regions of the stage. */
export const idleQuantities = (stage: Stage): AwsQuantities => addQuantities(inEachRegion(stage).map(idleOfRegion));

/**
 * What the load at home costs in the stage's other regions: their fixed resources, and the copies of its tables. An
 * upper bound, because a copy of a transaction's write is charged once, and the transaction twice.
 */
export function otherRegionsOf(stage: Stage, { tables, hours }: Pick<Usage, 'tables' | 'hours'>): AwsQuantities {
  const months = hours / hoursPerMonth;
  const others = otherRegions(stage).map((region) => inRegion(stage, region));
  const idle = Object.entries(addQuantities(others.map(idleOfRegion)));
  const copied = (of: (table: TableUsage) => number) =>
    Object.entries(tables).reduce(
      (sum, [name, table]) => sum + of(table) * replicaRegions(stage, name as keyof typeof tables).length,
      0,
    );
  return addQuantities([
    Object.fromEntries(idle.map(([id, count]) => [id, count * months])),
    {
      'dynamodb.writes': copied(({ writeUnits }) => writeUnits),
      'dynamodb.storage': copied(({ storedGb }) => storedGb),
      'dynamodb.recovery': copied(({ recoveryGb }) => recoveryGb),
    },
  ]);
}
