import { aliasName, metricsNamespace, physicalName } from '../names.ts';
import type { QueueName, Service, TableName } from '../services.ts';

/** A metric by physical name, so that alarms do not lock the resource's stack. */
export interface MetricRow {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
  readonly periodSeconds: number;
}

/** The shortest free period. */
const periodSeconds = 60;

export function functionMetric(stage: string, service: Service, metricName: string, statistic: string): MetricRow {
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

export function tableMetric(stage: string, table: TableName, metricName: string): MetricRow {
  const dimensions = { TableName: physicalName(stage, table) };
  return { namespace: 'AWS/DynamoDB', metricName, dimensions, statistic: 'Sum', periodSeconds };
}
