import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy/index.js';
import { SqsQueueRedrivePolicy } from '@cdktf/provider-aws/lib/sqs-queue-redrive-policy/index.js';
import { Construct } from 'constructs';
import { physicalName } from '../../names.ts';
import type { QueueName } from '../../needs.ts';
import { type Stage, visibilitySeconds } from '../../stage-settings.ts';
import { policyOf, tlsOnly } from './policy.ts';

const secondsOfDay = 86_400;

/** The order queue with its dead letters, and the queue of events that could not be projected. Alarms: operations. */
export class Queues extends Construct {
  readonly byName: Readonly<Record<Exclude<QueueName, 'invalidation-failures'>, SqsQueue>>;

  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id);
    const deadLetters = addDeadLetterQueue(this, stage, 'order-requests-dlq');
    const orders = new SqsQueue(this, 'order-requests', {
      name: physicalName(stage.name, 'order-requests'),
      visibilityTimeoutSeconds: visibilitySeconds(stage),
      messageRetentionSeconds: stage.queues.retentionDays * secondsOfDay,
    });
    // Not the queue's own attribute: the provider waits 25 s for each queue, and these two need not wait in turn.
    new SqsQueueRedrivePolicy(this, 'redrive', {
      queueUrl: orders.url,
      redrivePolicy: JSON.stringify({
        deadLetterTargetArn: deadLetters.arn,
        maxReceiveCount: stage.queues.maxReceiveCount,
      }),
    });
    protect(this, 'order-requests', stage, orders);
    this.byName = {
      'order-requests': orders,
      'order-requests-dlq': deadLetters,
      'projection-failures': addDeadLetterQueue(this, stage, 'projection-failures'),
    };
  }

  find(name: QueueName): SqsQueue {
    const found = Object.entries(this.byName).find(([each]) => each === name)?.[1];
    if (!found) throw new Error(`needs: queue '${name}' is not one of ${Object.keys(this.byName)}`);
    return found;
  }
}

export function addDeadLetterQueue(scope: Construct, stage: Stage, name: QueueName): SqsQueue {
  const queue = new SqsQueue(scope, name, {
    name: physicalName(stage.name, name),
    messageRetentionSeconds: stage.queues.deadLetterRetentionDays * secondsOfDay,
  });
  protect(scope, name, stage, queue);
  return queue;
}

function protect(scope: Construct, name: string, stage: Stage, queue: SqsQueue): void {
  if (!stage.queues.tlsOnly) return;
  new SqsQueuePolicy(scope, `${name}-policy`, {
    queueUrl: queue.url,
    policy: policyOf([tlsOnly('sqs:*', [queue.arn])]),
  });
}
