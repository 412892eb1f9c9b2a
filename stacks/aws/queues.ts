import { Duration, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { physicalName } from '../model/names.ts';
import { type QueueName, queueOf } from '../model/services.ts';
import { type QueueWorker, type Stage, visibilitySeconds } from '../model/stages/stage-settings.ts';

/** The queues of orders and of what is to be fulfilled, and what could not be worked off. Alarms: operations. */
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

  /** A worker's queue, with its dead letters. */
  private addQueue<Worker extends QueueWorker>(stage: Stage, worker: Worker, delaySeconds?: number) {
    const { queue: name, deadLetters: deadName } = queueOf(worker);
    const deadLetters = addDeadLetterQueue(this, stage, deadName);
    const queue = new Queue(this, name, {
      queueName: physicalName(stage.name, name),
      visibilityTimeout: Duration.seconds(visibilitySeconds(stage, worker)),
      retentionPeriod: Duration.days(stage.queues.retentionDays),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: stage.queues.maxReceiveCount },
      enforceSSL: stage.queues.tlsOnly,
      ...(delaySeconds !== undefined && { deliveryDelay: Duration.seconds(delaySeconds) }),
    });
    return { [name]: queue, [deadName]: deadLetters };
  }

  find(name: QueueName): Queue {
    const found = this.byName[name];
    if (!found)
      throw new Error(`services: queue '${name}' is not one of this stack, which has ${Object.keys(this.byName)}`);
    return found;
  }
}

/** Where a stream mapping puts what its worker could not do. */
export function addFailureQueue(scope: Construct, stage: Stage, name: QueueName): Queue {
  const failures = addDeadLetterQueue(scope, stage, name);
  const reason = 'It is the on-failure destination of a stream mapping, which the rule cannot see';
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
