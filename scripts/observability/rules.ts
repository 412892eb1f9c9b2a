import { stringify } from 'yaml';
import { type AlarmRow, evaluationPeriods } from '../../stacks/model/operations/alarm-row.ts';
import { alarmRows } from '../../stacks/model/operations/alarm-rows.ts';
import { edgeAlarmRows, watchesEdge } from '../../stacks/model/operations/api-alarm-rows.ts';
import { dashboardRows } from '../../stacks/model/operations/dashboard-rows.ts';
import type { MathRow, MetricRow } from '../../stacks/model/operations/metrics.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../stacks/model/stages/stages.ts';
import { type Recording, toExpression, toQuery } from './queries.ts';

export const allStages: readonly Stage[] = Object.values<Stage>(stages);

/** All alarms of a stage, of both regions. */
export function stageAlarms(stage: Stage): AlarmRow[] {
  const edge = watchesEdge(stage) ? edgeAlarmRows(stage, 'distribution') : [];
  return [...alarmRows(stage, stage.api.kind === 'http-api' ? 'api' : undefined), ...edge];
}

/** The only metric math expression of the alarms; `toMathCondition` translates it to PromQL. */
export const unprovisioned = 'IF(FILL(calls, 0) > 0 AND FILL(provisioned, 0) + FILL(spilled, 0) < 1, 1, 0)';

export const metricsOf = (metric: MetricRow | MathRow): readonly MetricRow[] =>
  'expression' in metric ? Object.values(metric.metrics) : [metric];

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

export function toAlert(stage: Stage, row: AlarmRow): Alert {
  // The expression already covers the first period.
  const minutes = ((evaluationPeriods(row) - 1) * row.metric.periodSeconds) / 60;
  return {
    alert: row.name,
    expr: toCondition(stage, row),
    ...(minutes > 0 && { for: `${minutes}m` }),
    annotations: { summary: row.meaning, runbook: `docs/runbook.md#${row.runbook}` },
  };
}

function toCondition(stage: Stage, { metric, threshold, firesBelow, name }: AlarmRow): string {
  if ('expression' in metric) return toMathCondition(stage, name, metric);
  const query = toQuery(stage.name, metric);
  const condition = `${toExpression(query, stage.name)} >= ${Number((threshold * query.factor).toPrecision(12))}`;
  if (!firesBelow) return condition;
  // Also fires without data, if the stage was scraped within a day. Otherwise the stage does not run here.
  return `max by (stage) (max_over_time(up{stage="${stage.name}"}[1d])) unless on (stage) (${condition})`;
}

function toMathCondition(stage: Stage, name: string, { expression, metrics }: MathRow): string {
  const of = (key: string) => {
    const metric = metrics[key];
    if (expression !== unprovisioned || !metric)
      throw new Error(`the alarm '${name}' computes '${expression}'. Translate it in scripts/observability/rules.ts`);
    return toExpression(toQuery(stage.name, metric), stage.name);
  };
  const on = 'unless on (stage, service)';
  return `${of('calls')} > 0 ${on} (${of('provisioned')} >= 1 or ${of('spilled')} >= 1)`;
}

/** Recordings that alarms and dashboards of all stages use, without duplicates. */
function recordings(): Recording[] {
  const queries = allStages.flatMap((stage) => {
    const alarms = stageAlarms(stage).flatMap(({ metric }) => metricsOf(metric));
    const graphs = dashboardRows(stage).flatMap((row) => row.flatMap(({ metrics }) => metrics));
    return [...alarms, ...graphs].map((metric) => toQuery(stage.name, metric));
  });
  return [...new Map(queries.map(({ recording }) => [recording.record, recording])).values()];
}

const madeBy = '# Made by npm run observability, from the rows of the alarms in stacks/model/operations.\n';

const toText = (name: string, rules: readonly (Recording | Alert)[]): string =>
  `${madeBy}${stringify({ groups: [{ name, rules }] }, { lineWidth: 0 })}`;

/** The rule files, by their names. */
export function ruleFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['recording.yml', toText('recording', recordings())],
    ...allStages.map(
      (stage) =>
        [
          `alerts-${stage.name}.yml`,
          toText(
            `alarms of ${stage.name}`,
            stageAlarms(stage).map((row) => toAlert(stage, row)),
          ),
        ] as const,
    ),
  ]);
}
