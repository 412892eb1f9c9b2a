import { Duration, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { physicalName } from '../model/names.ts';
import type { QueueName } from '../model/services.ts';
import { type Stage, workerVisibilityTimeout } from '../model/stages/stage-settings.ts';
import { getQueueTrigger, type QueueWorker } from '../model/workers.ts';

/** The order and fulfilment queues, and the dead-letter queues. Their alarms are in the operations stack. */
export class Queues extends Construct {
  private readonly byName: Readonly<Partial<Record<QueueName, Queue>>>;

  constructor(scope: Construct, id: string, props: { readonly stage: Stage }) {
    super(scope, id);
    const { stage } = props;
    this.byName = {
      ...this.addQueue(stage, 'settlement'),
      ...this.addQueue(stage, 'fulfilment', stage.fulfilment.cancellableSeconds),
      'projection-dlq': addFailureQueue(this, stage, 'projection-dlq'),
    };
  }

  /** A worker's queue, with its dead-letter queue. */
  private addQueue<Worker extends QueueWorker>(stage: Stage, worker: Worker, delaySeconds?: number) {
    const { queue: name, deadLetters: deadName } = getQueueTrigger(worker);
    const deadLetters = addDeadLetterQueue(this, stage, deadName);
    const queue = new Queue(this, name, {
      queueName: physicalName(stage.name, name),
      visibilityTimeout: Duration.seconds(workerVisibilityTimeout(stage, worker)),
      retentionPeriod: Duration.days(stage.queues.retentionDays),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: stage.queues.maxReceiveCount },
      enforceSSL: stage.queues.tlsOnly,
      ...(delaySeconds !== undefined && { deliveryDelay: Duration.seconds(delaySeconds) }),
    });
    return { [name]: queue, [deadName]: deadLetters };
  }

  find(name: QueueName): Queue {
    const found = this.byName[name];
    if (!found) throw new Error(`services: queue must be one of ${Object.keys(this.byName).join(', ')}, got '${name}'`);
    return found;
  }
}

/** Receives the records that a stream worker failed to process. */
export function addFailureQueue(scope: Construct, stage: Stage, name: QueueName): Queue {
  const failures = addDeadLetterQueue(scope, stage, name);
  const reason = 'It is itself the failure queue of a stream mapping, which the rule cannot detect';
  Validations.of(failures).acknowledge({ id: 'AwsSolutions::AwsSolutions-SQS3', reason });
  return failures;
}

function addDeadLetterQueue(scope: Construct, stage: Stage, name: QueueName): Queue {
  return new Queue(scope, name, {
    queueName: physicalName(stage.name, name),
    retentionPeriod: Duration.days(stage.queues.deadLetterRetentionDays),
    enforceSSL: stage.queues.tlsOnly,
  });
}
