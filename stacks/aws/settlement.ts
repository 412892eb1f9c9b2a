import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Stage } from '../stage-settings.ts';
import { allow } from './grants.ts';
import type { ServiceFunction } from './service-function.ts';
import { queueTriggerStatement } from './statements.ts';

export interface SettlementProps {
  readonly stage: Stage;
  readonly worker: ServiceFunction;
  readonly orders: Queue;
}

/**
 * Order queue -> settlement. Not SqsEventSource: it also grants ChangeMessageVisibility and GetQueueUrl, which the
 * poller never uses.
 */
export class Settlement extends Construct {
  constructor(scope: Construct, id: string, props: SettlementProps) {
    super(scope, id);
    const { stage, worker, orders } = props;
    worker.role.addToPolicy(allow(queueTriggerStatement(orders.queueArn)));
    new EventSourceMapping(this, 'Orders', {
      target: worker.alias,
      eventSourceArn: orders.queueArn,
      batchSize: stage.settlement.batchSize,
      maxBatchingWindow: Duration.seconds(stage.settlement.batchingWindowSeconds),
      maxConcurrency: stage.settlement.maxConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
