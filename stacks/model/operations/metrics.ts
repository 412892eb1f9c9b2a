import { aliasName, metricsNamespace, physicalName } from '../names.ts';
import type { QueueName, Service, TableName } from '../services.ts';
import type { Cell } from '../stages/regions.ts';
import { tableName } from '../table-shapes.ts';

/** A metric by physical name, so that alarms do not lock the resource's stack. */
export interface MetricRow {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
  readonly periodSeconds: number;
}

/** Several metrics as one number. Each of them is charged, so use it only where no single metric will do. */
export interface MathRow {
  readonly expression: string;
  /** By the names that the expression uses. */
  readonly metrics: Readonly<Record<string, MetricRow>>;
  readonly periodSeconds: number;
}

/** The shortest free period. */
const minute = 60;
const periodSeconds = minute;

export function functionMetric(
  stage: string,
  service: Service,
  metricName: string,
  statistic: string,
  periodSeconds = minute,
): MetricRow {
  const name = physicalName(stage, service);
  const dimensions = { FunctionName: name, Resource: `${name}:${aliasName}` };
  return { namespace: 'AWS/Lambda', metricName, dimensions, statistic, periodSeconds };
}

export function queueMetric(stage: string, queue: QueueName, metricName: string): MetricRow {
  const dimensions = { QueueName: physicalName(stage, queue) };
  return { namespace: 'AWS/SQS', metricName, dimensions, statistic: 'Maximum', periodSeconds };
}

/** A metric that functions emit in the embedded metric format. */
export function serviceMetric(stage: string, service: Service, metricName: string): MetricRow {
  return { namespace: metricsNamespace(stage), metricName, dimensions: { service }, statistic: 'Sum', periodSeconds };
}

export function tableMetric(cell: Cell, table: TableName, metricName: string): MetricRow {
  const dimensions = { TableName: tableName(cell, table) };
  return { namespace: 'AWS/DynamoDB', metricName, dimensions, statistic: 'Sum', periodSeconds };
}

/** An index is throttled on its own, and has its own metrics. */
export function indexMetric(cell: Cell, table: TableName, index: string, metricName: string): MetricRow {
  const { dimensions, ...metric } = tableMetric(cell, table, metricName);
  return { ...metric, dimensions: { GlobalSecondaryIndexName: index, ...dimensions } };
}

/** `bus`: null for a rule of the default bus, whose metrics lack the bus's name. */
export function ruleMetric(stage: string, rule: string, bus: 'events' | null, metricName: string): MetricRow {
  const dimensions = {
    ...(bus !== null && { EventBusName: physicalName(stage, bus) }),
    RuleName: physicalName(stage, rule),
  };
  return { namespace: 'AWS/Events', metricName, dimensions, statistic: 'Sum', periodSeconds };
}

/** Schedules have no metrics of their own, only those of their group. */
export function scheduleMetric(group: string, metricName: string): MetricRow {
  return {
    ...{ namespace: 'AWS/Scheduler', metricName, dimensions: { ScheduleGroup: group } },
    ...{ statistic: 'Sum', periodSeconds },
  };
}

export function apiMetric(apiId: string, metricName: string, statistic: string): MetricRow {
  return { namespace: 'AWS/ApiGateway', metricName, dimensions: { ApiId: apiId }, statistic, periodSeconds };
}

/** CloudFront reports to us-east-1 only. */
export function distributionMetric(distributionId: string, metricName: string, statistic: string): MetricRow {
  const dimensions = { DistributionId: distributionId, Region: 'Global' };
  return { namespace: 'AWS/CloudFront', metricName, dimensions, statistic, periodSeconds };
}
