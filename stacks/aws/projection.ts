import { Duration, Stack, Validations } from 'aws-cdk-lib';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type IEventSourceDlq,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { physicalName } from '../names.ts';
import type { Stage, StreamWorkerSettings } from '../stage-settings.ts';
import { allow, tableArn } from './grants.ts';
import type { ServiceFunction } from './service-function.ts';

export interface ProjectionProps {
  readonly stage: Stage;
  readonly worker: ServiceFunction;
  readonly ordersStreamArn: string;
  readonly sortKeyPrefix: string;
  readonly failures: Queue;
}

/** Stream of the orders table -> projection. A record that cannot be projected goes aside and frees its shard. */
export class Projection extends Construct {
  constructor(scope: Construct, id: string, props: ProjectionProps) {
    super(scope, id);
    const { stage, worker } = props;
    this.grantStream(props);
    new EventSourceMapping(this, 'Events', {
      target: worker.alias,
      eventSourceArn: props.ordersStreamArn,
      // From the beginning: the first deploy must not lose what was written before the mapping was there.
      startingPosition: StartingPosition.TRIM_HORIZON,
      ...batching(stage.projection),
      reportBatchItemFailures: true,
      onFailure: destination(props.failures),
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: { Keys: { sk: { S: FilterRule.beginsWith(props.sortKeyPrefix) } } },
        }),
      ],
    });
  }

  private grantStream({ stage, worker, ordersStreamArn }: ProjectionProps): void {
    const read = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'];
    worker.role.addToPolicy(allow('TRIGGER', read, [ordersStreamArn]));
    // Listing names no stream, so this one resource ends in a wildcard: the streams of this one table.
    const streams = `${tableArn(Stack.of(this), stage.name, 'orders')}/stream/*`;
    worker.role.addToPolicy(allow('TRIGGER_LIST', ['dynamodb:ListStreams'], [streams]));
    Validations.of(worker.role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/${physicalName(stage.name, 'orders')}/stream/*]`,
      reason: 'ListStreams names no stream; these are the streams of the one table',
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

/** Not SqsDlq: it grants more than SendMessage, which the worker has already. */
function destination(queue: Queue): IEventSourceDlq {
  return { bind: () => ({ destination: queue.queueArn }) };
}
