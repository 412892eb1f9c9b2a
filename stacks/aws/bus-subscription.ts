import { type EventBus, type IRuleTarget, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { busSource, type OrderEvent } from '../../functions/contracts/order-event.ts';
import { physicalName } from '../model/names.ts';
import type { Stage } from '../model/stages/stage-settings.ts';

export interface BusSubscriptionProps {
  readonly stage: Stage;
  readonly bus: EventBus;
  readonly eventType: OrderEvent['type'];
  readonly queue: Queue;
  /** Receives events that the bus could not deliver within 24 hours. */
  readonly deadLetters: Queue;
}

/** Events of one type -> queue: the published event, without the bus's envelope. */
export class BusSubscription extends Construct {
  constructor(scope: Construct, id: string, { stage, bus, eventType, queue, deadLetters }: BusSubscriptionProps) {
    super(scope, id);
    const rule = new Rule(this, 'Rule', {
      ruleName: physicalName(stage.name, id),
      eventBus: bus,
      eventPattern: { source: [busSource], detailType: [eventType] },
      targets: [buildTarget(queue, deadLetters)],
    });
    for (const one of [queue, deadLetters]) one.addToResourcePolicy(fromRule(rule, one));
  }
}

/** Not CDK's SqsQueue target: it also grants GetQueueAttributes and GetQueueUrl, which the bus never uses. */
function buildTarget(queue: Queue, deadLetters: Queue): IRuleTarget {
  const input = RuleTargetInput.fromEventPath('$.detail');
  return { bind: () => ({ arn: queue.queueArn, input, deadLetterConfig: { arn: deadLetters.queueArn } }) };
}

function fromRule(rule: Rule, queue: Queue): PolicyStatement {
  return new PolicyStatement({
    principals: [new ServicePrincipal('events.amazonaws.com')],
    actions: ['sqs:SendMessage'],
    resources: [queue.queueArn],
    conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
  });
}
