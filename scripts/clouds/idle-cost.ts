import { awsRows } from './idle-cost-aws.ts';
import {
  blocks,
  bodies,
  byOthers,
  hoursPerMonth,
  type IdleRow,
  inCopy,
  infracost,
  type PriceSource,
  type Resources,
  secondsPerMonth,
  sum,
} from './idle-row.ts';

const azure: readonly IdleRow[] = [
  {
    what: 'Front Door: $330 a profile of Premium, which the firewall needs; $35 of Standard',
    usdPerMonth: (resources) =>
      sum(
        bodies(resources, 'azurerm_cdn_frontdoor_profile').map(({ sku_name }) =>
          sku_name === 'Premium_AzureFrontDoor' ? 330 : 35,
        ),
      ),
    source: { page: 'https://blog.cdnsun.com/microsoft-azure-front-door-pricing/', read: '2026-11' },
  },
  {
    what: 'alerts on the logs, each 5 minutes: $1.50',
    usdPerMonth: (resources) => 1.5 * bodies(resources, 'azurerm_monitor_scheduled_query_rules_alert_v2').length,
    source: infracost('azure/monitor_scheduled_query_rules_alert_v2'),
  },
  {
    what: 'alerts on a metric: $0.10',
    usdPerMonth: (resources) => 0.1 * bodies(resources, 'azurerm_monitor_metric_alert').length,
    source: infracost('azure/monitor_metric_alert'),
  },
  {
    what: 'instances that are always ready: $0.000004 a GB and second',
    usdPerMonth: (resources) =>
      sum(
        bodies(resources, 'azurerm_function_app_flex_consumption').map(({ always_ready, instance_memory_in_mb }) => {
          const instances = sum(blocks(always_ready).map(({ instance_count }) => Number(instance_count)));
          return (instances * Number(instance_memory_in_mb) * secondsPerMonth * 0.000004) / 1_024;
        }),
      ),
    source: byOthers('https://azure.microsoft.com/pricing/details/functions/'),
  },
];

const google: readonly IdleRow[] = [
  {
    what: 'load balancer: $0.025 an hour for up to five forwarding rules',
    usdPerMonth: (resources) =>
      hoursPerMonth * 0.025 * Math.ceil(bodies(resources, 'google_compute_global_forwarding_rule').length / 5),
    source: inCopy('https://cloud.google.com/load-balancing/pricing'),
  },
  {
    what: 'firewall: $5 a policy, $1 a rule',
    usdPerMonth: (resources) =>
      sum(bodies(resources, 'google_compute_security_policy').map(({ rule }) => 5 + blocks(rule).length)),
    source: byOthers('https://cloud.google.com/armor/pricing'),
  },
  {
    what: 'instances that are always ready: $0.0000025 a vCPU and second, and as much a GiB and second',
    usdPerMonth: (resources) =>
      sum(
        bodies(resources, 'google_cloudfunctions2_function').map(({ service_config }) => {
          const [{ min_instance_count, available_cpu, available_memory } = {}] = blocks(service_config);
          const size = Number(available_cpu) + Number.parseInt(String(available_memory), 10) / 1_024;
          return Number(min_instance_count) * size * secondsPerMonth * 0.0000025;
        }),
      ),
    source: byOthers('https://cloud.google.com/run/pricing'),
  },
  {
    what: 'schedules: $0.10; three a billing account are free',
    usdPerMonth: (resources) => 0.1 * bodies(resources, 'google_cloud_scheduler_job').length,
    source: inCopy('https://cloud.google.com/scheduler/pricing'),
  },
  {
    // Earlier announcements said $1.50, then $0.10, a condition; neither was ever charged.
    what: 'alerts: free; not before 2027-09 $0.35 a metric that a condition names',
    usdPerMonth: () => 0,
    source: byOthers('https://cloud.google.com/stackdriver/observability-pricing-examples#alerting_policies'),
  },
];

export const idleRows = { aws: awsRows, azure, google } as const;

const describeSource = ({ read, by }: PriceSource): string => {
  if (by === 'others') return `by others ${read}: check it`;
  return by === 'copy' ? `a copy, read ${read}` : `read ${read}`;
};

/** A table in Markdown, a column a stage. */
export function toIdleTable(rows: readonly IdleRow[], stages: ReadonlyMap<string, Resources>): string {
  const names = [...stages.keys()];
  const columns = [...stages.values()];
  const usd = (amount: number) => `$${amount.toFixed(2)}`;
  const lines = rows.map(({ what, usdPerMonth, source }) => [
    `${what} ([source](${source.page}), ${describeSource(source)})`,
    ...columns.map((resources) => usd(usdPerMonth(resources))),
  ]);
  const total = columns.map((resources) => usd(sum(rows.map(({ usdPerMonth }) => usdPerMonth(resources)))));
  return [['idle, a month', ...names], names.map(() => '---').concat('---'), ...lines, ['**total**', ...total]]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
