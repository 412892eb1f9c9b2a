import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import { LambdaEventSourceMapping } from '@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js';
import { LambdaFunctionEventInvokeConfig } from '@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import type { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import type { Construct } from 'constructs';
import { physicalName } from '../../model/names.ts';
import type { StreamRecords } from '../../model/services.ts';
import type { QueueWorkerSettings, Stage, StreamWorkerSettings } from '../../model/stages/stage-settings.ts';
import { toFilterPattern } from '../../model/stream-filter.ts';
import type { ServiceFunction } from './service-function.ts';

export interface PollProps {
  readonly worker: ServiceFunction;
  readonly queue: SqsQueue;
  readonly settings: QueueWorkerSettings;
}

/** Queue -> worker. */
export function pollQueue(scope: Construct, id: string, { worker, queue, settings }: PollProps): void {
  new LambdaEventSourceMapping(scope, id, {
    functionName: worker.alias.arn,
    eventSourceArn: queue.arn,
    batchSize: settings.batchSize,
    maximumBatchingWindowInSeconds: settings.batchingWindowSeconds,
    scalingConfig: { maximumConcurrency: settings.maxConcurrency },
    functionResponseTypes: ['ReportBatchItemFailures'],
  });
}

export interface StreamProps {
  readonly streamArn: string;
  readonly records: StreamRecords;
  readonly settings: StreamWorkerSettings;
  readonly failures: SqsQueue;
  /** The worker reports individual failed records instead of failing the whole batch. */
  readonly partialFailures: boolean;
}

/** Table stream -> worker. A record that keeps failing moves to the failure queue and unblocks its shard. */
export function readStream(scope: Construct, id: string, worker: ServiceFunction, props: StreamProps): void {
  const { settings } = props;
  new LambdaEventSourceMapping(scope, id, {
    functionName: worker.alias.arn,
    eventSourceArn: props.streamArn,
    // From the beginning: the first deploy must not lose records written before the mapping existed.
    startingPosition: 'TRIM_HORIZON',
    batchSize: settings.batchSize,
    maximumBatchingWindowInSeconds: settings.batchingWindowSeconds,
    parallelizationFactor: settings.parallelizationFactor,
    bisectBatchOnFunctionError: settings.bisect,
    maximumRetryAttempts: settings.retryAttempts,
    maximumRecordAgeInSeconds: settings.recordAgeHours * 3600,
    ...(props.partialFailures && { functionResponseTypes: ['ReportBatchItemFailures'] }),
    destinationConfig: { onFailure: { destinationArn: props.failures.arn } },
    filterCriteria: { filter: [{ pattern: JSON.stringify(toFilterPattern(props.records)) }] },
  });
}

/** Schedule -> worker. A failed run is not retried: the next one continues from there. */
export function runByTimer(scope: Construct, id: string, worker: ServiceFunction, stage: Stage, minutes: number): void {
  const { alias } = worker;
  const onceOnly = { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 };
  const rule = new CloudwatchEventRule(scope, id, {
    name: physicalName(stage.name, worker.service),
    state: 'ENABLED',
    scheduleExpression: minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)`,
  });
  new CloudwatchEventTarget(scope, `${id}-target`, {
    rule: rule.name,
    targetId: 'Target0',
    arn: alias.arn,
    retryPolicy: onceOnly,
  });
  new LambdaPermission(scope, `${id}-permission`, {
    action: 'lambda:InvokeFunction',
    functionName: alias.functionName,
    qualifier: alias.name,
    principal: 'events.amazonaws.com',
    sourceArn: rule.arn,
  });
  new LambdaFunctionEventInvokeConfig(scope, `${id}-attempts`, {
    functionName: alias.functionName,
    qualifier: alias.name,
    ...onceOnly,
  });
}
