import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { EventSourceMapping, FilterCriteria, type IEventSourceDlq, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { StreamRecords, TableName } from '../model/services.ts';
import type { Stage, StreamWorkerSettings } from '../model/stages/stage-settings.ts';
import { streamTriggerStatements } from '../model/statements.ts';
import { toFilterPattern } from '../model/stream-filter.ts';
import { tableName } from '../model/table-shapes.ts';
import { allow, tableArn } from './iam-grants.ts';
import type { ServiceFunction } from './service-function.ts';

export interface StreamWorkerProps {
  readonly stage: Stage;
  readonly worker: ServiceFunction;
  readonly table: TableName;
  readonly streamArn: string;
  readonly records: StreamRecords;
  readonly settings: StreamWorkerSettings;
  readonly failures: Queue;
  /** The worker reports individual failed records instead of failing the whole batch. */
  readonly partialFailures: boolean;
}

/** Table stream -> worker. A record that keeps failing moves to the failure queue and unblocks its shard. */
export class StreamWorker extends Construct {
  constructor(scope: Construct, id: string, props: StreamWorkerProps) {
    super(scope, id);
    this.grantStream(props);
    new EventSourceMapping(this, 'Events', {
      target: props.worker.alias,
      eventSourceArn: props.streamArn,
      // From the beginning: the first deploy must not lose records written before the mapping existed.
      startingPosition: StartingPosition.TRIM_HORIZON,
      ...batching(props.settings),
      ...(props.partialFailures && { reportBatchItemFailures: true }),
      onFailure: destination(props.failures),
      filters: [FilterCriteria.filter(toFilterPattern(props.records))],
    });
  }

  private grantStream({ stage, worker, table, streamArn }: StreamWorkerProps): void {
    for (const statement of streamTriggerStatements(streamArn, tableArn(Stack.of(this), tableName(stage, table))))
      worker.role.addToPolicy(allow(statement));
    Validations.of(worker.role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/${tableName(stage, table)}/stream/*]`,
      reason: 'ListStreams takes no stream name; the wildcard covers the streams of one table',
    });
  }
}

function batching(settings: StreamWorkerSettings) {
  return {
    batchSize: settings.batchSize,
    maxBatchingWindow: Duration.seconds(settings.batchingWindowSeconds),
    parallelizationFactor: settings.parallelizationFactor,
    bisectBatchOnError: settings.bisect,
    retryAttempts: settings.retryAttempts,
    maxRecordAge: Duration.hours(settings.recordAgeHours),
  };
}

/** Not CDK's SqsDlq: it grants more than SendMessage, which the worker already has. */
function destination(queue: Queue): IEventSourceDlq {
  return { bind: () => ({ destination: queue.queueArn }) };
}
