import { functionArchitecture } from '../../../stacks/model/architecture.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { type AwsPriceId, awsPrices } from '../../prices/aws/prices.ts';
import { type BillOptions, bill, type Quantities } from '../../prices/bill.ts';
import { toUsd } from '../../prices/money.ts';
import { hoursPerMonth } from '../../prices/price.ts';
import type { Bill, TableUsage, Usage } from '../types.ts';
import { cdnMetrics } from './aws-idle.ts';
import { addQuantities, otherRegionsOf } from './aws-regions.ts';

export type AwsQuantities = Quantities<AwsPriceId>;

/** The model's counts in AWS's billing units. Traffic from the region to CloudFront is free. */
export const toBillingUnits = (usage: Usage, stage: Stage): AwsQuantities =>
  addQuantities([atHome(usage, stage), otherRegionsOf(stage, usage)]);

function atHome(usage: Usage, stage: Stage): AwsQuantities {
  const functions = Object.values(usage.functions);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  const months = usage.hours / hoursPerMonth;
  return {
    'lambda.requests': sum(functions.map(({ invocations }) => invocations)),
    [`lambda.${functionArchitecture}.duration`]: sum(functions.map(({ gbSeconds }) => gbSeconds)),
    [`lambda.${functionArchitecture}.provisioned`]: sum(functions.map((one) => one.provisionedGbSeconds)),
    [`lambda.${functionArchitecture}.provisionedDuration`]: sum(functions.map((one) => one.provisionedUsedGbSeconds)),
    ...(usage.api.kind === 'http-api' && { 'api.http': usage.api.requests }),
    'sqs.standard': sum(Object.values(usage.queues).map(({ requests }) => requests)),
    ...toTableUnits(Object.values(usage.tables)),
    'events.custom': usage.bus.events,
    'cdn.https': usage.cdn.requests,
    'cdn.out': usage.cdn.responseGb,
    'cdn.toOrigin': usage.cdn.uploadGb,
    'cdn.functions': usage.cdn.functionCalls,
    'cdn.invalidations': usage.cdn.invalidationPaths,
    'cdn.shield': usage.cdn.shieldRequests,
    ...(usage.webAcl && {
      'waf.acl': months,
      'waf.rules': usage.webAcl.rules * months,
      'waf.requests': usage.webAcl.requests,
    }),
    'logs.functions': usage.logs.ingestedGb,
    'logs.stored': usage.logs.storedGb,
    'traces.recorded': usage.traces,
    'alarms.metrics': usage.fixed.alarms * months,
    dashboards: usage.fixed.dashboards * months,
    'metrics.cdn': cdnMetrics(stage) * months,
    'kms.keys': usage.fixed.keys * months,
    'secrets.held': usage.fixed.secrets * months,
    'dns.zones': usage.fixed.hostedZones * months,
    'users.essentials': usage.monthlyActiveUsers,
  };
}

function toTableUnits(tables: readonly TableUsage[]): AwsQuantities {
  const sum = (of: (table: TableUsage) => number) => tables.reduce((total, table) => total + of(table), 0);
  const onDemand = (of: (table: TableUsage) => number) => sum((table) => (table.mode === 'on-demand' ? of(table) : 0));
  return {
    'dynamodb.reads': onDemand(({ readUnits }) => readUnits),
    'dynamodb.writes': onDemand(({ writeUnits }) => writeUnits),
    'dynamodb.provisionedReads': sum(({ readUnitHours }) => readUnitHours),
    'dynamodb.provisionedWrites': sum(({ writeUnitHours }) => writeUnitHours),
    'dynamodb.storage': sum(({ storedGb }) => storedGb),
    'dynamodb.recovery': sum(({ recoveryGb }) => recoveryGb),
    'dynamodb.warmReads': sum(({ warmReadUnits }) => warmReadUnits),
    'dynamodb.warmWrites': sum(({ warmWriteUnits }) => warmWriteUnits),
  };
}

/** The planner's bill. It is computed exactly, then converted to dollars. */
export function billAws(quantities: AwsQuantities, options: BillOptions): Bill {
  const { lines, total, fixed, region } = bill(quantities, awsPrices, options);
  return {
    region,
    lines: lines.map(({ amount, ...line }) => ({ ...line, usd: toUsd(amount) })),
    usd: toUsd(total),
    fixedUsd: toUsd(fixed),
  };
}
