import { type AwsPriceId, awsPrices } from '../prices/aws/prices.ts';
import { costOf } from '../prices/bill.ts';
import { hoursPerMonth } from '../prices/price.ts';
import { blocks, bodies, type IdleRow, type Resources, sum } from './idle-row.ts';

/** Metrics that a monitoring subscription of CloudFront adds. */
const additionalMetrics = 8;

/** Lambda long-polls each queue with five pollers, for twenty seconds per call. */
const pollsPerMonth = (5 * hoursPerMonth * 3_600) / 20;

const region = 'us-east-1';

/** A quantity billed at one price. */
const row = (id: AwsPriceId, what: string, quantity: (resources: Resources) => number): IdleRow => ({
  what,
  price: awsPrices[id],
  amount: (resources) => costOf(awsPrices[id], quantity(resources), region),
});

const count = (type: string) => (resources: Resources) => bodies(resources, type).length;

/** Prices of us-east-1, without the free tier. */
export const awsRows: readonly IdleRow[] = [
  row(
    'lambda.arm64.provisioned',
    'provisioned concurrency, at its floor by day and by schedule: $0.0000033 a GB and second',
    (resources) =>
      sum(
        Object.entries(resources.aws_appautoscaling_target ?? {}).map(([id, { resource_id, min_capacity }]) => {
          if (!String(resource_id).startsWith('function:')) return 0;
          const gigabytes = readMemory(resources, String(resource_id)) / 1_024;
          const hours = environmentHours(Number(min_capacity), readFloors(resources, id));
          return gigabytes * hours * 3_600 * (hoursPerMonth / 24);
        }),
      ),
  ),
  {
    what: 'provisioned capacity of tables and indexes: $0.00065 a write unit and hour, $0.00013 a read unit',
    price: awsPrices['dynamodb.provisionedWrites'],
    amount: (resources) =>
      costOf(awsPrices['dynamodb.provisionedWrites'], capacity(resources, 'write_capacity'), region) +
      costOf(awsPrices['dynamodb.provisionedReads'], capacity(resources, 'read_capacity'), region),
  },
  row('alarms.metrics', 'alarms: $0.10 a metric', (resources) =>
    sum(
      bodies(resources, 'aws_cloudwatch_metric_alarm').map(({ metric_query: queries }) =>
        Math.max(1, blocks(queries).filter(({ metric }) => metric !== undefined).length),
      ),
    ),
  ),
  row('dashboards', 'dashboards: $3; three an account are free', count('aws_cloudwatch_dashboard')),
  row(
    'metrics.cdn',
    'additional metrics of CloudFront, for the alarm on latency: $0.30 a metric',
    (resources) => additionalMetrics * count('aws_cloudfront_monitoring_subscription')(resources),
  ),
  {
    what: 'web ACL: $5, and $1 a rule or managed group',
    price: awsPrices['waf.acl'],
    amount: (resources) =>
      costOf(awsPrices['waf.acl'], count('aws_wafv2_web_acl')(resources), region) +
      costOf(
        awsPrices['waf.rules'],
        sum(bodies(resources, 'aws_wafv2_web_acl').map(({ rule }) => blocks(rule).length)),
        region,
      ),
  },
  row('secrets.held', 'secrets: $0.40', count('aws_secretsmanager_secret')),
  row(
    'sqs.idleReceives',
    'empty receives of the workers: $0.40 a million; a million is free',
    (resources) =>
      pollsPerMonth *
      bodies(resources, 'aws_lambda_event_source_mapping').filter(({ starting_position }) => !starting_position).length,
  ),
];

/** Provisioned capacity of tables and indexes, in unit-hours a month. */
const capacity = (resources: Resources, side: 'read_capacity' | 'write_capacity') =>
  hoursPerMonth *
  sum(
    bodies(resources, 'aws_dynamodb_table')
      .flatMap((table) => [table, ...blocks(table.global_secondary_index)])
      .map((holder) => Number(holder[side] ?? 0)),
  );

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

/** Daily schedules that set the minimum of provisioned environments, sorted by hour. */
const readFloors = (resources: Resources, target: string): readonly Floor[] =>
  bodies(resources, 'aws_appautoscaling_scheduled_action')
    .filter(({ resource_id }) => String(resource_id).includes(`.${target}.`))
    .map(({ schedule, scalable_target_action: action }) => {
      const [, minute, hour] = /^cron\((\d+) (\d+) \* \* \? \*\)$/.exec(String(schedule)) ?? [];
      if (hour === undefined) throw new Error(`schedule '${String(schedule)}': only daily ones are counted`);
      return { hour: Number(hour) + Number(minute) / 60, environments: Number(blocks(action)[0]?.min_capacity) };
    })
    .toSorted((a, b) => a.hour - b.hour);

/** Environment-hours per day. The last schedule of a day stays in force past midnight. */
function environmentHours(minimum: number, floors: readonly Floor[]): number {
  const last = floors.at(-1);
  if (!last) return 24 * minimum;
  const starts = [{ hour: 0, environments: last.environments }, ...floors];
  return sum(starts.map(({ hour, environments }, at) => ((starts[at + 1]?.hour ?? 24) - hour) * environments));
}
