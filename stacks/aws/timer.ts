import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { aliasName, physicalName } from '../model/names.ts';
import type { Stage } from '../model/stages/stage-settings.ts';
import type { ServiceFunction } from './service-function.ts';

export interface TimerProps {
  readonly stage: Stage;
  readonly worker: ServiceFunction;
  readonly everyMinutes: number;
}

/** Schedule -> worker. A failed run is not retried: the next one continues from there. */
export class Timer extends Construct {
  constructor(scope: Construct, id: string, { stage, worker, everyMinutes }: TimerProps) {
    super(scope, id);
    const { alias, service } = worker;
    const [retryAttempts, age] = [0, Duration.minutes(1)];
    const rule = new Rule(this, 'Rule', {
      ruleName: physicalName(stage.name, service),
      schedule: Schedule.rate(Duration.minutes(everyMinutes)),
      targets: [
        {
          bind: () => ({
            arn: alias.functionArn,
            retryPolicy: { maximumRetryAttempts: retryAttempts, maximumEventAgeInSeconds: age.toSeconds() },
          }),
        },
      ],
    });
    alias.addPermission('Timer', {
      principal: new ServicePrincipal('events.amazonaws.com'),
      sourceArn: rule.ruleArn,
    });
    const once = { function: alias.lambda, qualifier: aliasName, retryAttempts, maxEventAge: age };
    new EventInvokeConfig(this, 'Attempts', once).node.addDependency(alias);
  }
}
