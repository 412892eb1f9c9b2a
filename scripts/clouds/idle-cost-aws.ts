import { blocks, bodies, byOthers, hoursPerMonth, type IdleRow, infracost, type Resources, sum } from './idle-row.ts';

const [alarmUsd, dashboardUsd, metricUsd] = [0.1, 3, 0.3];
const provisionedUsd = 30 / 9_000_000;
const [writeUnitUsd, readUnitUsd] = [0.00065, 0.00013];
/** Metrics that a monitoring subscription of CloudFront adds. */
const additionalMetrics = 8;

/** Lambda asks each queue with five pollers, twenty seconds at a time. */
const pollsPerMonth = (5 * hoursPerMonth * 3_600) / 20;

/** Prices of us-east-1, without the free tier. */
export const awsRows: readonly IdleRow[] = [
  {
    what: 'provisioned concurrency, at its floor by day and by schedule: $0.0000033 a GB and second',
    usdPerMonth: (resources) =>
      sum(
        Object.entries(resources.aws_appautoscaling_target ?? {}).map(([id, { resource_id, min_capacity }]) => {
          if (!String(resource_id).startsWith('function:')) return 0;
          const gigabytes = readMemory(resources, String(resource_id)) / 1_024;
          const hours = environmentHours(Number(min_capacity), readFloors(resources, id));
          return gigabytes * hours * 3_600 * (hoursPerMonth / 24) * provisionedUsd;
        }),
      ),
    source: infracost('aws/lambda_provisioned_concurrency_config'),
  },
  {
    what: 'provisioned capacity of tables and indexes: $0.00065 a write unit and hour, $0.00013 a read unit',
    usdPerMonth: (resources) =>
      sum(
        bodies(resources, 'aws_dynamodb_table')
          .flatMap((table) => [table, ...blocks(table.global_secondary_index)])
          .map(({ read_capacity: read, write_capacity: write }) => {
            const perHour = Number(write ?? 0) * writeUnitUsd + Number(read ?? 0) * readUnitUsd;
            return perHour * hoursPerMonth;
          }),
      ),
    source: infracost('aws/dynamodb_table'),
  },
  {
    what: 'alarms: $0.10 a metric',
    usdPerMonth: (resources) =>
      alarmUsd *
      sum(
        bodies(resources, 'aws_cloudwatch_metric_alarm').map(({ metric_query: queries }) =>
          Math.max(1, blocks(queries).filter(({ metric }) => metric !== undefined).length),
        ),
      ),
    source: infracost('aws/cloudwatch_metric_alarm'),
  },
  {
    what: 'dashboards: $3; three an account are free',
    usdPerMonth: (resources) => dashboardUsd * bodies(resources, 'aws_cloudwatch_dashboard').length,
    source: infracost('aws/cloudwatch_dashboard'),
  },
  {
    what: 'additional metrics of CloudFront, for the alarm on latency: $0.30 a metric',
    usdPerMonth: (resources) =>
      metricUsd * additionalMetrics * bodies(resources, 'aws_cloudfront_monitoring_subscription').length,
    source: byOthers(
      'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewing-cloudfront-metrics.html',
    ),
  },
  {
    what: 'web ACL: $5, and $1 a rule or managed group',
    usdPerMonth: (resources) => sum(bodies(resources, 'aws_wafv2_web_acl').map(({ rule }) => 5 + blocks(rule).length)),
    source: infracost('aws/wafv2_web_acl'),
  },
  {
    what: 'secrets: $0.40',
    usdPerMonth: (resources) => 0.4 * bodies(resources, 'aws_secretsmanager_secret').length,
    source: infracost('aws/secretsmanager_secret'),
  },
  {
    what: 'empty receives of the workers: $0.40 a million; a million is free',
    usdPerMonth: (resources) =>
      sum(
        bodies(resources, 'aws_lambda_event_source_mapping').map(({ starting_position: stream }) =>
          stream === undefined ? (pollsPerMonth * 0.4) / 1_000_000 : 0,
        ),
      ),
    source: infracost('aws/sqs_queue'),
  },
];

/** `function:${aws_lambda_alias.X.function_name}:...`, whose alias names the function. */
function readMemory(resources: Resources, target: string): number {
  const alias = /aws_lambda_alias\.(\w+)\./.exec(target)?.[1] ?? '';
  const lambda = /aws_lambda_function\.(\w+)\./.exec(String(resources.aws_lambda_alias?.[alias]?.function_name))?.[1];
  const memory = resources.aws_lambda_function?.[lambda ?? '']?.memory_size;
  if (memory === undefined) throw new Error(`no function is behind ${target}`);
  return Number(memory);
}

interface Floor {
  readonly hour: number;
  readonly environments: number;
}

/** Daily schedules that set the floor, in their order. */
const readFloors = (resources: Resources, target: string): readonly Floor[] =>
  bodies(resources, 'aws_appautoscaling_scheduled_action')
    .filter(({ resource_id }) => String(resource_id).includes(`.${target}.`))
    .map(({ schedule, scalable_target_action: action }) => {
      const [, minute, hour] = /^cron\((\d+) (\d+) \* \* \? \*\)$/.exec(String(schedule)) ?? [];
      if (hour === undefined) throw new Error(`schedule '${String(schedule)}': only daily ones are counted`);
      return { hour: Number(hour) + Number(minute) / 60, environments: Number(blocks(action)[0]?.min_capacity) };
    })
    .toSorted((a, b) => a.hour - b.hour);

/** Environments of a day, in hours. The last floor holds over midnight. */
function environmentHours(minimum: number, floors: readonly Floor[]): number {
  const last = floors.at(-1);
  if (!last) return 24 * minimum;
  const starts = [{ hour: 0, environments: last.environments }, ...floors];
  return sum(starts.map(({ hour, environments }, at) => ((starts[at + 1]?.hour ?? 24) - hour) * environments));
}
