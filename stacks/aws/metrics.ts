import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { aliasName, physicalName } from '../names.ts';
import type { QueueName, Service, TableName } from '../needs.ts';

/**
 * Metrics by physical name, so that watching a resource does not tie its stack. No labels: CDK turns an alarm on a
 * labelled metric into metric math, which costs more and which the local engine refuses.
 */
/** The finest free period. */
const minute = Duration.minutes(1);

export function functionMetric(stage: string, service: Service, metricName: string, statistic: string): Metric {
  const name = physicalName(stage, service);
  const dimensionsMap = { FunctionName: name, Resource: `${name}:${aliasName}` };
  return new Metric({ namespace: 'AWS/Lambda', metricName, dimensionsMap, statistic, period: minute });
}

export function queueMetric(stage: string, queue: QueueName, metricName: string): Metric {
  const dimensionsMap = { QueueName: physicalName(stage, queue) };
  const namespace = 'AWS/SQS';
  return new Metric({ namespace, metricName, dimensionsMap, statistic: 'Maximum', period: minute });
}

export function tableMetric(stage: string, table: TableName, metricName: string): Metric {
  const dimensionsMap = { TableName: physicalName(stage, table) };
  const namespace = 'AWS/DynamoDB';
  return new Metric({ namespace, metricName, dimensionsMap, statistic: 'Sum', period: minute });
}
