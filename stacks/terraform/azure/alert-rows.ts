import { queues } from '../../../functions/adapters/azure/resources.ts';
import { type CloudService, cloudServices } from '../../model/clouds/scaling.ts';
import { physicalName } from '../../model/names.ts';
import { stopped as meanings } from '../../model/operations/timer-alarm-rows.ts';
import { apiServices } from '../../model/services.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { isTimerWorker, type TimerWorker, timerWorkers } from '../../model/workers.ts';
import { deadLetterQueues } from './data.ts';

/** A query of the logs. Storage reports queue depth only hourly. */
export interface QueryRow {
  readonly name: string;
  readonly query: string;
  /** The alert fires when the window holds more rows than this; with `missing`, when it holds none. */
  readonly threshold: number | 'missing';
  readonly minutes: number;
  readonly meaning: string;
  /** The heading in docs/runbook.md that says what to do. */
  readonly runbook: string;
}

/** As short as a window can be without missing lines: logs arrive minutes late. */
const windowMinutes = 5;

const runbooks: Readonly<Record<(typeof deadLetterQueues)[number], string>> = {
  'order-requests-poison': 'order-requests-dlq',
  'outbox-poison': 'projection-dlq',
  'fulfilment-requests-poison': 'fulfilment-requests-dlq',
};

/** The same alerts as on AWS. */
export const queryRows = (stage: Stage): QueryRow[] => [
  ...deadLetters(),
  ...ages(stage),
  ...counters(stage),
  ...errors(stage),
  ...failedRequests(stage),
  ...stopped(stage),
];

const deadLetters = (): QueryRow[] =>
  deadLetterQueues.map((queue) => ({
    name: `${queue}-depth`,
    query: `StorageQueueLogs | where OperationName == 'PutMessage' and Uri has '/${queue}/'`,
    threshold: 0,
    minutes: windowMinutes,
    meaning: `${queue} holds messages.`,
    runbook: runbooks[queue],
  }));

/** The function that processes each queue, and the meaning of messages that wait too long. */
const waiting = [
  {
    queue: queues.orders,
    operation: 'settleOrder',
    meaning: 'Accepted orders wait too long to be settled.',
    runbook: 'queue-age',
  },
  {
    queue: queues.fulfilments,
    operation: 'fulfilOrder',
    meaning: 'Confirmed orders wait too long to be handed over.',
    runbook: 'fulfilment-age',
  },
] as const;

/** The host logs the send time of each message that it starts to process. */
function ages({ alarms, fulfilment }: Stage): QueryRow[] {
  const age = (operation: string, seconds: number) =>
    [
      `AppTraces | where Message startswith 'Trigger Details:' and OperationName == '${operation}'`,
      "extend sent = todatetime(extract('InsertedOn: ([^,]+)', 1, Message))",
      `where datetime_diff('second', TimeGenerated, sent) >= ${seconds}`,
    ].join(' | ');
  // A request for the partner stays hidden for as long as its customer may cancel.
  const heldSeconds: Readonly<Record<string, number>> = { [queues.fulfilments]: fulfilment.cancellableSeconds };
  return waiting.map(({ queue, operation, meaning, runbook }) => ({
    name: `${queue}-age`,
    query: age(operation, alarms.queueAgeSeconds + (heldSeconds[queue] ?? 0)),
    threshold: 0,
    minutes: windowMinutes,
    ...{ meaning, runbook },
  }));
}

/** The functions log their counters. */
function counters(stage: Stage): QueryRow[] {
  const counted = (service: CloudService, counter: string) =>
    `AppTraces | where ${roleIs(stage, service)} and Message has '"${counter}":'`;
  return [
    {
      name: 'partner-breaker',
      query: counted('fulfilment', 'BreakerOpened'),
      threshold: 0,
      minutes: windowMinutes,
      meaning: 'The breaker opened because the partner looks down: orders wait and are not lost.',
      runbook: 'partner-down',
    },
    {
      name: 'partner-breaker-store',
      query: counted('fulfilment', 'BreakerStoreFailures'),
      threshold: perWindow(stage),
      minutes: windowMinutes,
      meaning: 'The breaker cannot read or write its state and lets every call through.',
      runbook: 'partner-down',
    },
    {
      name: 'orders-swept',
      query: counted('sweeper', 'OrdersSwept'),
      threshold: 0,
      minutes: windowMinutes,
      meaning: 'Stuck orders were re-enqueued.',
      runbook: 'orders-swept',
    },
    {
      name: 'unreadable-rows',
      // The app does not matter: the workspace belongs to the stage alone.
      query: 'AppTraces | where Message has \'"UnreadableRows":\'',
      threshold: 0,
      minutes: windowMinutes,
      meaning: 'A function cannot read some rows.',
      runbook: 'unreadable-rows',
    },
  ];
}

const errors = (stage: Stage): QueryRow[] =>
  cloudServices.map((service) => ({
    name: `${service}-errors`,
    query: `AppExceptions | where ${roleIs(stage, service)}`,
    // A timer runs too rarely for a rate.
    threshold: isTimerWorker(service) ? 0 : perWindow(stage),
    minutes: windowMinutes,
    meaning: `${service} fails.`,
    runbook: 'function-errors',
  }));

/** From the functions' own logs: Flex Consumption has no metric of HTTP statuses. */
const failedRequests = (stage: Stage): QueryRow[] =>
  apiServices.map((service) => ({
    name: `${service}-5xx`,
    query: `AppRequests | where ${roleIs(stage, service)} and ResultCode startswith '5'`,
    threshold: stage.alarms.apiErrorsPerMinute * windowMinutes,
    minutes: windowMinutes,
    meaning: `${service} answers with 5xx.`,
    runbook: 'api-errors',
  }));

/** The functions that timers run. */
const timers: Readonly<Record<TimerWorker, string>> = { sweeper: 'sweepOrders' };

/** No other alert notices a timer that no longer runs. */
function stopped(stage: Stage): QueryRow[] {
  const row = (service: CloudService, timer: string, everyMinutes: number, runbook: string): QueryRow => ({
    name: `${service}-stopped`,
    query: `AppRequests | where ${roleIs(stage, service)} and OperationName == '${timer}' and Success == true`,
    threshold: 'missing',
    minutes: windowMinutesFor(3 * everyMinutes + windowMinutes),
    meaning: `${timer} has not run.`,
    runbook,
  });
  return [
    ...timerWorkers.map((worker) => row(worker, timers[worker], stage[worker].everyMinutes, meanings[worker].runbook)),
    row('projection', 'sweepEvents', 1, 'timer-stopped'),
  ];
}

/** The windows that a query rule accepts, in minutes. */
const windows = [5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, 1440, 2880];
const windowMinutesFor = (minutes: number): number => windows.find((one) => one >= minutes) ?? 2880;

const perWindow = ({ alarms }: Stage): number => alarms.functionErrorsPerMinute * windowMinutes;

const roleIs = (stage: Stage, service: CloudService): string =>
  `AppRoleName startswith '${physicalName(stage.name, service)}'`;
