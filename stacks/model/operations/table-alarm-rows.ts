import { tableNames } from '../services.ts';
import type { Stage } from '../stages/stage-settings.ts';
import { tableIndexes } from '../table-shapes.ts';
import type { AlarmRow } from './alarm-row.ts';
import { indexMetric, type MetricRow, tableMetric } from './metrics.ts';

/** A throttled index throttles its table's writes, and the table's own metric does not show which. */
export function tableRows(stage: Stage): AlarmRow[] {
  return [
    ...tableNames.flatMap((table) =>
      throttleRows(stage, table, `the table ${table}`, (metricName) => tableMetric(stage, table, metricName)),
    ),
    ...tableIndexes.flatMap(({ table, index: { name } }) =>
      throttleRows(stage, `${table}-by-${toWords(name)}`, `the index ${name} of ${table}`, (metricName) =>
        indexMetric(stage, table, name, metricName),
      ),
    ),
  ];
}

const toWords = (index: string): string => index.replace(/^by/, '').toLowerCase();

function throttleRows(
  stage: Stage,
  name: string,
  what: string,
  toMetric: (metricName: string) => MetricRow,
): AlarmRow[] {
  return (['Write', 'Read'] as const).map((side) => ({
    name: `${name}-${side.toLowerCase()}-throttles`,
    metric: toMetric(`${side}ThrottleEvents`),
    threshold: stage.alarms.throttlesPerMinute,
    minutes: 2,
    meaning: `${side}s of ${what} are throttled: its ceiling, or one hot key.`,
    runbook: 'table-throttles',
  }));
}
