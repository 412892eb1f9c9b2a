import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Stage } from '../model/stages/stage-settings.ts';
import { Alarms } from './alarms.ts';
import { OperationsDashboard } from './dashboard.ts';

export interface OperationsStackProps extends StackProps {
  readonly stage: Stage;
}

/** What a person on duty needs. It names what it watches, so it holds nothing else back. */
export class OperationsStack extends Stack {
  constructor(scope: Construct, id: string, props: OperationsStackProps) {
    super(scope, id, props);
    new Alarms(this, 'Alarms', { stage: props.stage });
    new OperationsDashboard(this, 'Dashboard', { stage: props.stage });
  }
}
