import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Stage } from '../model/stages/stage-settings.ts';
import { Alarms } from './alarms.ts';
import { OperationsDashboard } from './dashboard.ts';

export interface OperationsStackProps extends StackProps {
  readonly stage: Stage;
}

/** Alarms and dashboard. They refer to resources by name, so they lock no other stack. */
export class OperationsStack extends Stack {
  constructor(scope: Construct, id: string, props: OperationsStackProps) {
    super(scope, id, props);
    new Alarms(this, 'Alarms', { stage: props.stage });
    new OperationsDashboard(this, 'Dashboard', { stage: props.stage });
  }
}
