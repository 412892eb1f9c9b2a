import { LambdaEventSourceMapping } from '@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js';
import type { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import type { Construct } from 'constructs';
import { patternOf } from '../../aws/stream-filter.ts';
import type { StreamRecords } from '../../needs.ts';
import type { QueueWorkerSettings, StreamWorkerSettings } from '../../stage-settings.ts';
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
  /** The worker says which records of a batch failed, instead of failing as a whole. */
  readonly partialFailures: boolean;
}

/** Stream of a table -> worker. A record that cannot be worked off goes aside and frees its shard. */
export function readStream(scope: Construct, id: string, worker: ServiceFunction, props: StreamProps): void {
  const { settings } = props;
  new LambdaEventSourceMapping(scope, id, {
    functionName: worker.alias.arn,
    eventSourceArn: props.streamArn,
    // From the beginning: the first deploy must not lose what was written before the mapping was there.
    startingPosition: 'TRIM_HORIZON',
    batchSize: settings.batchSize,
    maximumBatchingWindowInSeconds: settings.batchingWindowSeconds,
    parallelizationFactor: settings.parallelizationFactor,
    bisectBatchOnFunctionError: settings.bisect,
    maximumRetryAttempts: settings.retryAttempts,
    maximumRecordAgeInSeconds: settings.recordAgeHours * 3600,
    ...(props.partialFailures && { functionResponseTypes: ['ReportBatchItemFailures'] }),
    destinationConfig: { onFailure: { destinationArn: props.failures.arn } },
    filterCriteria: { filter: [{ pattern: JSON.stringify(patternOf(props.records)) }] },
  });
}
