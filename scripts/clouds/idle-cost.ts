import { type AzurePriceId, azurePrices } from '../prices/azure.ts';
import { costOf } from '../prices/bill.ts';
import { type GooglePriceId, googlePrices } from '../prices/google.ts';
import { multiply, type NanoUsd, sumMoney, toCents } from '../prices/money.ts';
import { hoursPerMonth, type Price, type PriceSource, secondsPerMonth } from '../prices/price.ts';
import { awsRows } from './idle-cost-aws.ts';
import { blocks, bodies, type IdleRow, type Resources, sum } from './idle-row.ts';

const everywhere = '*';

const row = (price: Price, what: string, quantity: (resources: Resources) => number): IdleRow => ({
  ...{ what, price },
  amount: (resources) => costOf(price, quantity(resources), everywhere),
});
const onAzure = (id: AzurePriceId, what: string, quantity: (resources: Resources) => number) =>
  row(azurePrices[id], what, quantity);
const onGoogle = (id: GooglePriceId, what: string, quantity: (resources: Resources) => number) =>
  row(googlePrices[id], what, quantity);

const count = (type: string) => (resources: Resources) => bodies(resources, type).length;
const profiles = (resources: Resources, tier: 'premium' | 'standard') =>
  bodies(resources, 'azurerm_cdn_frontdoor_profile').filter(
    ({ sku_name }) => (sku_name === 'Premium_AzureFrontDoor') === (tier === 'premium'),
  ).length;

const azure: readonly IdleRow[] = [
  {
    what: 'Front Door: $330 a profile of Premium, which the firewall needs; $35 of Standard',
    price: azurePrices['frontDoor.premium'],
    amount: (resources) =>
      costOf(azurePrices['frontDoor.premium'], profiles(resources, 'premium'), everywhere) +
      costOf(azurePrices['frontDoor.standard'], profiles(resources, 'standard'), everywhere),
  },
  onAzure(
    'alerts.logs',
    'alerts on the logs, each 5 minutes: $1.50',
    count('azurerm_monitor_scheduled_query_rules_alert_v2'),
  ),
  onAzure('alerts.metrics', 'alerts on a metric: $0.10', count('azurerm_monitor_metric_alert')),
  onAzure('flex.alwaysReady', 'instances that are always ready: $0.000004 a GB and second', (resources) =>
    sum(
      bodies(resources, 'azurerm_function_app_flex_consumption').map(({ always_ready, instance_memory_in_mb }) => {
        const instances = sum(blocks(always_ready).map(({ instance_count }) => Number(instance_count)));
        return (instances * Number(instance_memory_in_mb) * secondsPerMonth) / 1_024;
      }),
    ),
  ),
];

const google: readonly IdleRow[] = [
  onGoogle(
    'loadBalancer.rules',
    'load balancer: $0.025 an hour for up to five forwarding rules',
    (resources) => hoursPerMonth * Math.ceil(count('google_compute_global_forwarding_rule')(resources) / 5),
  ),
  {
    what: 'firewall: $5 a policy, $1 a rule',
    price: googlePrices['firewall.policies'],
    amount: (resources) => {
      const policies = bodies(resources, 'google_compute_security_policy');
      const rules = sum(policies.map(({ rule }) => blocks(rule).length));
      return (
        costOf(googlePrices['firewall.policies'], policies.length, everywhere) +
        costOf(googlePrices['firewall.rules'], rules, everywhere)
      );
    },
  },
  {
    what: 'instances that are always ready: $0.0000025 a vCPU and second, and as much a GiB and second',
    price: googlePrices['run.idleCpu'],
    amount: (resources) =>
      costOf(
        googlePrices['run.idleCpu'],
        readySeconds(resources, ({ available_cpu: cpu }) => Number(cpu)),
        everywhere,
      ) +
      costOf(
        googlePrices['run.idleMemory'],
        readySeconds(resources, ({ available_memory: memory }) => Number.parseInt(String(memory), 10) / 1_024),
        everywhere,
      ),
  },
  onGoogle('scheduler.jobs', 'schedules: $0.10; three a billing account are free', count('google_cloud_scheduler_job')),
  onGoogle(
    'alerts.conditions',
    'alerts: free; not before 2027-09 $0.35 a metric that a condition names',
    count('google_monitoring_alert_policy'),
  ),
];

/** Sums `sizeOf` over all always-ready instances, times the seconds of a month. */
function readySeconds(resources: Resources, sizeOf: (config: Readonly<Record<string, unknown>>) => number): number {
  return sum(
    bodies(resources, 'google_cloudfunctions2_function').map(({ service_config }) => {
      const [config = {}] = blocks(service_config);
      return Number(config.min_instance_count) * sizeOf(config) * secondsPerMonth;
    }),
  );
}

export const idleRows = { aws: awsRows, azure, google } as const;

function describeSource({ read, mark }: PriceSource): string {
  if (read === null) return 'not read: check it';
  return mark === 'reported' ? `by others ${read}: check it` : `read ${read}`;
}

/** Exact dollars of the cents that are shown. */
const shown = (amount: NanoUsd): NanoUsd => multiply(1, toCents(amount));

/** A Markdown table with one column per stage. A reader can add up the total. */
export function toIdleTable(rows: readonly IdleRow[], stages: ReadonlyMap<string, Resources>): string {
  const names = [...stages.keys()];
  const columns = [...stages.values()];
  const usd = (amount: NanoUsd) => `$${toCents(amount)}`;
  const lines = rows.map(({ what, price: { source }, amount }) => [
    `${what} ([source](${source.source}), ${describeSource(source)})`,
    ...columns.map((resources) => usd(amount(resources))),
  ]);
  const total = columns.map((resources) => usd(sumMoney(rows.map(({ amount }) => shown(amount(resources))))));
  return [['idle, a month', ...names], names.map(() => '---').concat('---'), ...lines, ['**total**', ...total]]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
