import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { alarmRows } from '../../model/operations/alarm-rows.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { DeployRole } from '../deploy-role.ts';
import { publishedValue } from '../outputs.ts';
import { Alarms } from './alarms.ts';
import { OperationsDashboard } from './dashboard.ts';

export interface OperationsStackProps extends StackProps {
  readonly stage: Stage;
}

/** Alarms and dashboard. They refer to resources by name, so they lock no other stack. */
export class OperationsStack extends Stack {
  constructor(scope: Construct, id: string, props: OperationsStackProps) {
    super(scope, id, props);
    const { stage } = props;
    const apiId = stage.api.kind === 'http-api' ? publishedValue(this, stage.name, 'ApiId') : undefined;
    new Alarms(this, 'Alarms', { stage, rows: alarmRows(stage, apiId), topic: 'alarms' });
    new OperationsDashboard(this, 'Dashboard', { stage });
    if (stage.deploy) new DeployRole(this, 'Deploy', { stage, deploy: stage.deploy });
  }
}
