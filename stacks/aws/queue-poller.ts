import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { QueueWorkerSettings } from '../model/stages/stage-settings.ts';
import { queueTriggerStatement } from '../model/statements.ts';
import { allow } from './iam-grants.ts';
import type { ServiceFunction } from './service-function.ts';

export interface QueuePollerProps {
  readonly worker: ServiceFunction;
  readonly queue: Queue;
  readonly settings: QueueWorkerSettings;
}

/** Queue -> worker. Not SqsEventSource: it also grants ChangeMessageVisibility and GetQueueUrl, which the poller never uses. */
export class QueuePoller extends Construct {
  constructor(scope: Construct, id: string, { worker, queue, settings }: QueuePollerProps) {
    super(scope, id);
    worker.role.addToPolicy(allow(queueTriggerStatement(queue.queueArn)));
    new EventSourceMapping(this, 'Messages', {
      target: worker.alias,
      eventSourceArn: queue.queueArn,
      batchSize: settings.batchSize,
      maxBatchingWindow: Duration.seconds(settings.batchingWindowSeconds),
      maxConcurrency: settings.maxConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
