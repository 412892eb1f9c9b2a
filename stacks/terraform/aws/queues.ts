import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy/index.js';
import { SqsQueueRedrivePolicy } from '@cdktf/provider-aws/lib/sqs-queue-redrive-policy/index.js';
import { Construct } from 'constructs';
import { physicalName } from '../../model/names.ts';
import type { QueueName } from '../../model/services.ts';
import { type Stage, workerVisibilityTimeout } from '../../model/stages/stage-settings.ts';
import { getQueueTrigger, type QueueWorker } from '../../model/workers.ts';
import { sentBy, tlsOnly, toPolicyDocument } from './iam-policy.ts';

const secondsOfDay = 86_400;

/** The order and fulfilment queues, and the dead-letter queues. Their alarms are in operations. */
export class Queues extends Construct {
  private readonly byName: Readonly<Partial<Record<QueueName, SqsQueue>>>;

  constructor(scope: Construct, id: string, stage: Stage, rules: ReadonlyMap<QueueWorker, CloudwatchEventRule>) {
    super(scope, id);
    this.byName = {
      ...this.addQueue(stage, 'settlement', rules),
      ...this.addQueue(stage, 'fulfilment', rules, stage.fulfilment.cancellableSeconds),
      'projection-dlq': addDeadLetterQueue(this, stage, 'projection-dlq'),
    };
  }

  /** A worker's queue, which a rule of the bus may fill, with its dead-letter queue. */
  private addQueue(
    stage: Stage,
    worker: QueueWorker,
    rules: ReadonlyMap<QueueWorker, CloudwatchEventRule>,
    delaySeconds?: number,
  ): Record<string, SqsQueue> {
    const from = rules.get(worker);
    const { queue: name, deadLetters: deadName } = getQueueTrigger(worker);
    const deadLetters = addDeadLetterQueue(this, stage, deadName, from);
    const queue = new SqsQueue(this, name, {
      name: physicalName(stage.name, name),
      visibilityTimeoutSeconds: workerVisibilityTimeout(stage, worker),
      messageRetentionSeconds: stage.queues.retentionDays * secondsOfDay,
      ...(delaySeconds !== undefined && { delaySeconds }),
    });
    // Not the queue's own attribute: the provider waits 25 s per queue, and the attribute would make the waits sequential.
    new SqsQueueRedrivePolicy(this, `${name}-redrive`, {
      queueUrl: queue.url,
      redrivePolicy: JSON.stringify({
        deadLetterTargetArn: deadLetters.arn,
        maxReceiveCount: stage.queues.maxReceiveCount,
      }),
    });
    protect(this, name, stage, queue, from);
    return { [name]: queue, [deadName]: deadLetters };
  }

  find(name: QueueName): SqsQueue {
    const found = this.byName[name];
    if (!found) throw new Error(`services: queue must be one of ${Object.keys(this.byName).join(', ')}, got '${name}'`);
    return found;
  }
}

export function addDeadLetterQueue(
  scope: Construct,
  stage: Stage,
  name: QueueName,
  from?: CloudwatchEventRule,
): SqsQueue {
  const queue = new SqsQueue(scope, name, {
    name: physicalName(stage.name, name),
    messageRetentionSeconds: stage.queues.deadLetterRetentionDays * secondsOfDay,
  });
  protect(scope, name, stage, queue, from);
  return queue;
}

/** A queue has a single policy, so all statements go into one document. */
function protect(scope: Construct, name: string, stage: Stage, queue: SqsQueue, from?: CloudwatchEventRule): void {
  const statements = [
    ...(stage.queues.tlsOnly ? [tlsOnly('sqs:*', [queue.arn])] : []),
    ...(from ? [sentBy(from.arn, queue.arn)] : []),
  ];
  if (statements.length === 0) return;
  new SqsQueuePolicy(scope, `${name}-policy`, {
    queueUrl: queue.url,
    policy: toPolicyDocument(statements),
  });
}
