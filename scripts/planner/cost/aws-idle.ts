import { servicesIn } from '../../../stacks/model/access.ts';
import { functionArchitecture } from '../../../stacks/model/architecture.ts';
import { managedGroups, rateRows } from '../../../stacks/model/edge/perimeter-rows.ts';
import { alarmRows } from '../../../stacks/model/operations/alarm-rows.ts';
import { edgeAlarmRows, watchesEdge } from '../../../stacks/model/operations/api-alarm-rows.ts';
import { releaseAlarmRows } from '../../../stacks/model/operations/releases.ts';
import { secretNames, serviceNames } from '../../../stacks/model/services.ts';
import { isHome } from '../../../stacks/model/stages/regions.ts';
import type {
  FunctionSettings,
  ProvisionedConcurrency,
  Stage,
  TableBilling,
} from '../../../stacks/model/stages/stage-settings.ts';
import { tableIndexes } from '../../../stacks/model/table-shapes.ts';
import { queueWorkers } from '../../../stacks/model/workers.ts';
import type { AwsPriceId } from '../../prices/aws/prices.ts';
import type { Quantities } from '../../prices/bill.ts';
import { hoursPerMonth } from '../../prices/price.ts';
import type { Usage } from '../types.ts';

/** Lambda polls each queue with five pollers, by long polls of twenty seconds. */
export const idleReceivesPerHour = (5 * 3_600) / 20;

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

/** Resources with a fixed monthly price, regardless of sales. The hosted zone is not part of the stage. */
export function fixedOf(stage: Stage): Usage['fixed'] {
  const rows = [
    ...alarmRows(stage, stage.api.kind === 'http-api' ? 'api' : undefined),
    ...(watchesEdge(stage) ? edgeAlarmRows(stage, 'distribution') : []),
    ...(stage.releases ? serviceNames.flatMap((service) => releaseAlarmRows(stage, service, '1')) : []),
  ];
  return {
    alarms: sum(rows.map(({ metric }) => ('metrics' in metric ? Object.keys(metric.metrics).length : 1))),
    dashboards: 1,
    keys: 0,
    secrets: secretNames.length + (stage.edge.originSecretGeneration === null ? 0 : 1),
    hostedZones: 0,
  };
}

/** The rules of a stage's web ACL; null without one. Only the home region has it. */
export function webAclRules(stage: Stage): number | null {
  const { webAcl } = stage.edge;
  return webAcl && isHome(stage) ? managedGroups.length + rateRows(webAcl).length : null;
}

/** Additional metrics that CloudFront's monitoring subscription creates, for the alarm on latency. */
export const cdnMetrics = (stage: Stage): number => (watchesEdge(stage) ? 8 : 0);

/**
 * Quantities of a month without customers, in one region of the stage: provisioned capacity, alarms and stored secrets.
 */
export function idleOfRegion(stage: Stage): Quantities<AwsPriceId> {
  const { alarms, dashboards, secrets } = fixedOf(stage);
  const rules = webAclRules(stage);
  const capacity = (side: 'read' | 'write') =>
    hoursPerMonth * sum(listTables(stage).map((table) => least(table, side)));
  return {
    [`lambda.${functionArchitecture}.provisioned`]: sum(
      servicesIn(stage).map((service) => floorGbSeconds(stage.functions[service])),
    ),
    'dynamodb.provisionedReads': capacity('read'),
    'dynamodb.provisionedWrites': capacity('write'),
    'alarms.metrics': alarms,
    dashboards,
    'metrics.cdn': cdnMetrics(stage),
    ...(rules !== null && { 'waf.acl': 1, 'waf.rules': rules }),
    'secrets.held': secrets,
    'sqs.idleReceives': idleReceivesPerHour * hoursPerMonth * queueWorkers.length,
  };
}

/** Each index has the capacity of its table. */
const listTables = ({ tables }: Stage): readonly TableBilling[] => [
  ...Object.values(tables),
  ...tableIndexes.map(({ table }) => tables[table]),
];

const least = (table: TableBilling, side: 'read' | 'write') =>
  table.mode === 'provisioned' ? table[side].minUnits : 0;

function floorGbSeconds({ memoryMb, provisioned }: FunctionSettings): number {
  if (!provisioned) return 0;
  return ((memoryMb / 1_024) * environmentHours(provisioned) * 3_600 * hoursPerMonth) / 24;
}

/** Hours of provisioned environments on one day. The day's last floor continues past midnight. */
export function environmentHours({ minEnvironments, floors }: ProvisionedConcurrency): number {
  const changes = floors
    .map(({ cron, minEnvironments: environments }) => ({ hour: readHour(cron), environments }))
    .toSorted((a, b) => a.hour - b.hour);
  const last = changes.at(-1);
  if (!last) return 24 * minEnvironments;
  const all = [{ hour: 0, environments: last.environments }, ...changes];
  return sum(all.map(({ hour, environments }, at) => ((all[at + 1]?.hour ?? 24) - hour) * environments));
}

function readHour(cron: string): number {
  const [, minute, hour] = /^(\d+) (\d+) \* \* \? \*$/.exec(cron) ?? [];
  if (hour === undefined) throw new Error(`cannot price the schedule '${cron}': only daily ones, as '45 11 * * ? *'`);
  return Number(hour) + Number(minute) / 60;
}
