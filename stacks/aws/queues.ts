import { Duration, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { physicalName } from '../names.ts';
import type { QueueName } from '../needs.ts';
import { type Stage, visibilitySeconds } from '../stage-settings.ts';

/** The order queue with its dead letters, and the queue of events that could not be projected. Alarms: operations. */
export class Queues extends Construct {
  readonly byName: Readonly<Record<Exclude<QueueName, 'invalidation-failures'>, Queue>>;

  constructor(scope: Construct, id: string, props: { readonly stage: Stage }) {
    super(scope, id);
    const { stage } = props;
    const deadLetters = addDeadLetterQueue(this, stage, 'order-requests-dlq');
    const orders = new Queue(this, 'order-requests', {
      queueName: physicalName(stage.name, 'order-requests'),
      visibilityTimeout: Duration.seconds(visibilitySeconds(stage)),
      retentionPeriod: Duration.days(stage.queues.retentionDays),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: stage.queues.maxReceiveCount },
      enforceSSL: stage.queues.tlsOnly,
    });
    this.byName = {
      'order-requests': orders,
      'order-requests-dlq': deadLetters,
      'projection-failures': addFailureQueue(this, stage, 'projection-failures'),
    };
  }

  find(name: QueueName): Queue {
    const found = Object.entries(this.byName).find(([each]) => each === name)?.[1];
    if (!found)
      throw new Error(`needs: queue '${name}' is not one of this stack, which has ${Object.keys(this.byName)}`);
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
