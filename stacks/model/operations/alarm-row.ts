import { physicalName } from '../names.ts';
import type { Stage } from '../stages/stage-settings.ts';
import type { MathRow, MetricRow } from './metrics.ts';

export interface AlarmRow {
  readonly name: string;
  readonly metric: MetricRow | MathRow;
  /** The alarm fires at this value and above. */
  readonly threshold: number;
  /** How long, in whole periods of the metric. */
  readonly minutes: number;
  /**
   * A dead man's switch: fires below the threshold, and without data.
   * @default missing data does not fire the alarm
   */
  readonly firesBelow?: true;
  readonly meaning: string;
  /** The heading in docs/runbook.md that says what to do. */
  readonly runbook: string;
}

export const alarmName = (stage: Stage, { name }: AlarmRow): string => physicalName(stage.name, name);
export const alarmDescription = ({ meaning, runbook }: AlarmRow): string =>
  `${meaning} Runbook: docs/runbook.md#${runbook}`;

export const evaluationPeriods = ({ minutes, metric }: AlarmRow): number => (minutes * 60) / metric.periodSeconds;
