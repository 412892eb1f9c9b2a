import { Fn, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { perimeterRegion } from '../../model/edge/perimeter-rows.ts';
import { stackName } from '../../model/names.ts';
import { edgeAlarmRows } from '../../model/operations/api-alarm-rows.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { Alarms } from '../operations/alarms.ts';

export interface EdgeAlarmsStackProps extends StackProps {
  readonly stage: Stage;
  /** Region of the distribution's stack. */
  readonly region: string;
}

/** Alarms of the distribution, in the region that CloudFront reports to. An alarm notifies a topic of its own region. */
export class EdgeAlarmsStack extends Stack {
  constructor(scope: Construct, id: string, { stage, region, ...props }: EdgeAlarmsStackProps) {
    super(scope, id, { ...props, env: { region: perimeterRegion } });
    const distributionId = Fn.getStackOutput(stackName(stage.name, 'edge'), 'DistributionId', region);
    new Alarms(this, 'Alarms', { stage, rows: edgeAlarmRows(stage, distributionId), topic: 'edge-alarms' });
  }
}
