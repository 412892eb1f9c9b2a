import { otherRegions } from '../stages/regions.ts';
import type { Stage } from '../stages/stage-settings.ts';
import type { AlarmRow } from './alarm-row.ts';
import { serviceMetric, tableMetric } from './metrics.ts';

/**
 * Replication takes about a second. After five minutes at ten times that, losing the region would lose ten times as
 * many orders.
 */
const replicationMs = 10_000;

/** Alarms of a region about the others; none in a stage of one region. */
export function regionRows(stage: Stage): AlarmRow[] {
  const others = otherRegions(stage);
  if (others.length === 0) return [];
  const { everyMinutes } = stage.sweeper;
  return [
    {
      name: 'regions-unreachable',
      // The sweeper asks each region in each run, whether or not units are needed.
      metric: { ...serviceMetric(stage.name, 'sweeper', 'RegionsUnreachable'), periodSeconds: everyMinutes * 60 },
      threshold: 1,
      minutes: 2 * everyMinutes,
      meaning: 'Another region does not answer: its units are stranded there.',
      runbook: 'regions-unreachable',
    },
    ...others.map((region): AlarmRow => {
      const metric = tableMetric(stage, 'orders', 'ReplicationLatency');
      return {
        name: `replication-${region}`,
        metric: { ...metric, statistic: 'Maximum', dimensions: { ...metric.dimensions, ReceivingRegion: region } },
        threshold: replicationMs,
        minutes: 5,
        meaning: `Orders reach ${region} late: if this region were lost now, more of them would be unknown there.`,
        runbook: 'regions-unreachable',
      };
    }),
  ];
}
