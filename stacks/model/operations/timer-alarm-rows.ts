import type { Stage } from '../stages/stage-settings.ts';
import { type TimerWorker, timerWorkers } from '../workers.ts';
import type { AlarmRow } from './alarm-row.ts';
import { functionMetric, ruleMetric, serviceMetric } from './metrics.ts';

/** A timer runs once a period, so a threshold that suits the API would never be reached. */
export function timerRows(stage: Stage): AlarmRow[] {
  return [...timerWorkers.flatMap((service) => timerRow(stage, service)), sweptRow(stage)];
}

/** The meaning of a timer whose function no longer runs, and the runbook's entry. */
export const stopped: Readonly<Record<TimerWorker, Pick<AlarmRow, 'meaning' | 'runbook'>>> = {
  sweeper: { meaning: 'stuck orders stay stuck', runbook: 'timer-stopped' },
};

function timerRow(stage: Stage, service: TimerWorker): AlarmRow[] {
  const { meaning, runbook } = stopped[service];
  const { everyMinutes } = stage[service];
  const perRun = (metricName: string) => functionMetric(stage.name, service, metricName, 'Sum', everyMinutes * 60);
  return [
    {
      name: `${service}-errors`,
      metric: perRun('Errors'),
      threshold: 1,
      minutes: 2 * everyMinutes,
      meaning: `${service} failed twice in a row.`,
      runbook: 'function-errors',
    },
    {
      name: `${service}-throttles`,
      metric: perRun('Throttles'),
      threshold: 1,
      minutes: 2 * everyMinutes,
      meaning: `${service} is throttled.`,
      runbook: 'function-throttles',
    },
    {
      name: `${service}-stopped`,
      metric: perRun('Invocations'),
      threshold: 1,
      minutes: 3 * everyMinutes,
      firesBelow: true,
      meaning: `${service} has not run for ${3 * everyMinutes} minutes: ${meaning}.`,
      runbook,
    },
    {
      name: `${service}-not-started`,
      metric: ruleMetric(stage.name, service, null, 'FailedInvocations'),
      threshold: 1,
      minutes: 1,
      meaning: `The schedule could not start ${service}.`,
      runbook,
    },
  ];
}

const sweptRow = (stage: Stage): AlarmRow => ({
  name: 'orders-swept',
  metric: serviceMetric(stage.name, 'sweeper', 'OrdersSwept'),
  threshold: 1,
  minutes: 1,
  meaning: 'Stuck orders were re-enqueued: their messages were lost or are dead letters.',
  runbook: 'orders-swept',
});
