import { findUrlFault } from '../../../functions/contracts/partner-url.ts';
import { serviceNames, services } from '../services.ts';
import {
  type ProvisionedConcurrency,
  type Stage,
  type StreamWorkerSettings,
  workerVisibilityTimeout,
} from '../stages/stage-settings.ts';
import {
  type QueueWorker,
  queueWorkers,
  type StreamReader,
  streamReaders,
  type TimerWorker,
  timerWorkers,
} from '../workers.ts';
import { checkAccount } from './check-account.ts';
import { checkEdge } from './check-edge.ts';
import { checkOperations } from './check-operations.ts';
import { checkProject } from './check-project.ts';
import { checkRegions } from './check-regions.ts';
import { checkRetention } from './check-retention.ts';
import { checkTables } from './check-tables.ts';
import { limits, logRetentionDays } from './limits.ts';
import { atLeast, atMost, below, mustHold, type Violations, wholeAndPositive, wholeOrZero } from './violations.ts';

/** Throws one error that lists every violation, so that one run shows everything to change. */
export function checkStage(stage: Stage): void {
  checkProject();
  const violations = collectViolations(stage);
  if (violations.length === 0) return;
  const lines = violations.map((violation) => `  - ${violation}`).join('\n');
  throw new Error(`stage '${stage.name}': ${violations.length} to change in stacks/model/stages/stages.ts\n${lines}`);
}

/** Every setting that AWS would reject or that would break an invariant of the design. */
export function collectViolations(stage: Stage): Violations {
  return [
    ...checkLogs(stage),
    ...checkFunctions(stage),
    ...checkAccount(stage),
    ...checkApi(stage),
    ...checkQueues(stage),
    ...queueWorkers.flatMap((worker) => checkQueueWorker(worker, stage)),
    ...checkFulfilment(stage),
    ...timerWorkers.flatMap((worker) => checkTimer(worker, stage)),
    ...checkSweeper(stage),
    ...checkOperations(stage),
    ...streamReaders.flatMap((reader) => checkStream(reader, stage[reader])),
    ...checkEdge(stage),
    ...checkTables(stage),
    ...checkRetention(stage),
    ...checkRegions(stage),
  ];
}

function checkLogs({ logRetentionDays: days }: Stage): Violations {
  const choices = `one of ${logRetentionDays.values.join(', ')} days (${logRetentionDays.source})`;
  return mustHold(logRetentionDays.values.includes(days), 'logRetentionDays', choices, days, 'Choose one of these');
}

function checkFunctions(stage: Stage): Violations {
  return serviceNames.flatMap((service) => {
    const { memoryMb, timeoutSeconds, provisioned } = stage.functions[service];
    const [memory, timeout] = [`functions.${service}.memoryMb`, `functions.${service}.timeoutSeconds`];
    const isApi = services[service].trigger.kind === 'api';
    return [
      ...wholeAndPositive(memory, memoryMb),
      ...atLeast(memory, memoryMb, limits.functionMemoryMin),
      ...atMost(memory, memoryMb, limits.functionMemoryMax),
      ...wholeAndPositive(timeout, timeoutSeconds),
      ...atMost(timeout, timeoutSeconds, limits.functionTimeoutMax),
      // Otherwise the API times out first, and the caller never learns the function's result.
      ...(isApi ? below(timeout, timeoutSeconds, limits.apiIntegrationTimeout) : []),
      ...(provisioned ? checkProvisioned(`functions.${service}.provisioned`, provisioned) : []),
    ];
  });
}

function checkProvisioned(path: string, settings: ProvisionedConcurrency): Violations {
  const { minEnvironments: min, maxEnvironments: max, targetUtilization } = settings;
  return [
    ...wholeAndPositive(`${path}.minEnvironments`, min),
    ...mustHold(max >= min, `${path}.maxEnvironments`, `at least minEnvironments, ${min}`, max, 'Raise it'),
    ...atLeast(`${path}.targetUtilization`, targetUtilization, limits.provisionedTargetMin),
    ...atMost(`${path}.targetUtilization`, targetUtilization, limits.provisionedTargetMax),
    ...settings.floors.flatMap((floor) => {
      const property = `${path}.floors.${floor.name}`;
      return [
        ...mustHold(
          floor.cron.split(' ').length === 6,
          `${property}.cron`,
          'six fields',
          floor.cron,
          'Example: 0 12 * * ? *',
        ),
        ...mustHold(
          floor.minEnvironments <= max,
          `${property}.minEnvironments`,
          `at most maxEnvironments, ${max}`,
          floor.minEnvironments,
          'Lower the floor or raise the maximum',
        ),
      ];
    }),
  ];
}

function checkApi({ api, corsOrigins }: Stage): Violations {
  const cors = mustHold(corsOrigins.length > 0, 'corsOrigins', 'one or more origins', 'none', "Add one, or '*'");
  if (api.kind !== 'http-api') return cors;
  const throttles = Object.entries(api.throttles).flatMap(([route, { ratePerSecond, burst }]) => [
    ...wholeAndPositive(`api.throttles.${route}.ratePerSecond`, ratePerSecond),
    ...atMost(`api.throttles.${route}.ratePerSecond`, ratePerSecond, limits.apiRate),
    ...wholeAndPositive(`api.throttles.${route}.burst`, burst),
    ...atMost(`api.throttles.${route}.burst`, burst, limits.apiBurst),
  ]);
  return [...cors, ...throttles];
}

function checkQueues(stage: Stage): Violations {
  const { retentionDays, deadLetterRetentionDays, maxReceiveCount, visibilityTimeoutMultiplier } = stage.queues;
  return [
    ...wholeAndPositive('queues.retentionDays', retentionDays),
    ...atMost('queues.deadLetterRetentionDays', deadLetterRetentionDays, limits.queueRetentionMax),
    // A dead letter's age counts from when it was first sent, not from its move to this queue.
    ...atLeast('queues.deadLetterRetentionDays', deadLetterRetentionDays, limits.queueRetentionMax),
    ...mustHold(
      deadLetterRetentionDays > retentionDays,
      'queues.deadLetterRetentionDays',
      `more than queues.retentionDays, ${retentionDays}`,
      deadLetterRetentionDays,
      'Raise it, or shorten the retention of the queue',
    ),
    ...mustHold(
      stage.alarms.deadLetterAgeDays < deadLetterRetentionDays,
      'alarms.deadLetterAgeDays',
      `less than queues.deadLetterRetentionDays, ${deadLetterRetentionDays}`,
      stage.alarms.deadLetterAgeDays,
      'Lower it: the alarm must fire before the message is deleted',
    ),
    ...wholeAndPositive('queues.maxReceiveCount', maxReceiveCount),
    ...atLeast('queues.maxReceiveCount', maxReceiveCount, limits.maxReceiveCountAdvised),
    ...atMost('queues.maxReceiveCount', maxReceiveCount, limits.maxReceiveCountMax),
    ...atLeast('queues.visibilityTimeoutMultiplier', visibilityTimeoutMultiplier, limits.visibilityTimeoutMultiplier),
  ];
}

function checkQueueWorker(worker: QueueWorker, stage: Stage): Violations {
  const { batchSize, batchingWindowSeconds: window, maxConcurrency } = stage[worker];
  const { timeoutSeconds } = stage.functions[worker];
  return [
    ...atMost(
      `queues.visibilityTimeoutMultiplier * functions.${worker}.timeoutSeconds`,
      workerVisibilityTimeout(stage, worker),
      limits.queueVisibilityMax,
    ),
    ...wholeAndPositive(`${worker}.batchSize`, batchSize),
    ...atMost(`${worker}.batchSize`, batchSize, window > 0 ? limits.queueBatchMax : limits.queueBatchMaxWithoutWindow),
    ...wholeOrZero(`${worker}.batchingWindowSeconds`, window),
    ...atMost(`${worker}.batchingWindowSeconds`, window, limits.batchingWindowMax),
    ...mustHold(
      window < timeoutSeconds,
      `${worker}.batchingWindowSeconds`,
      `less than functions.${worker}.timeoutSeconds, ${timeoutSeconds}`,
      window,
      'Lower it: the window and the processing share the visibility timeout',
    ),
    ...wholeAndPositive(`${worker}.maxConcurrency`, maxConcurrency),
    ...atLeast(`${worker}.maxConcurrency`, maxConcurrency, limits.queueConcurrencyMin),
    ...atMost(`${worker}.maxConcurrency`, maxConcurrency, limits.queueConcurrencyMax),
  ];
}

function checkFulfilment({ name, fulfilment, queues }: Stage): Violations {
  const urlFault = fulfilment.partnerUrl === null ? undefined : findUrlFault(fulfilment.partnerUrl, name);
  const { partnerUrl, cancellableSeconds, breakerOpenSeconds, giveUpHours } = fulfilment;
  return [
    ...mustHold(
      urlFault === undefined,
      'fulfilment.partnerUrl',
      urlFault ?? '',
      partnerUrl,
      "Set it to your partner's URL",
    ),
    ...wholeOrZero('fulfilment.cancellableSeconds', cancellableSeconds),
    ...atMost('fulfilment.cancellableSeconds', cancellableSeconds, limits.queueDelayMax),
    ...wholeAndPositive('fulfilment.breakerOpenSeconds', breakerOpenSeconds),
    ...atMost('fulfilment.breakerOpenSeconds', breakerOpenSeconds, limits.queueDelayMax),
    ...wholeAndPositive('fulfilment.giveUpHours', giveUpHours),
    ...mustHold(
      giveUpHours < queues.deadLetterRetentionDays * 24,
      'fulfilment.giveUpHours',
      `less than queues.deadLetterRetentionDays, ${queues.deadLetterRetentionDays} days`,
      giveUpHours,
      'Lower it: operators need time to handle the dead letters',
    ),
  ];
}

function checkTimer(worker: TimerWorker, stage: Stage): Violations {
  const { everyMinutes } = stage[worker];
  return [
    ...wholeAndPositive(`${worker}.everyMinutes`, everyMinutes),
    ...mustHold(
      everyMinutes < 60 && 60 % everyMinutes === 0,
      `${worker}.everyMinutes`,
      'a divisor of 60: the cron schedules of Azure and Google restart each hour',
      everyMinutes,
      'Use 1, 2, 3, 4, 5, 6, 10, 12, 15, 20 or 30',
    ),
  ];
}

function checkSweeper(stage: Stage): Violations {
  const { stuckMinutes } = stage.sweeper;
  const retried = (['settlement', 'fulfilment'] as const).map((worker) => workerVisibilityTimeout(stage, worker));
  const retriesMinutes = (Math.max(...retried) * stage.queues.maxReceiveCount) / 60;
  return [
    ...wholeAndPositive('sweeper.stuckMinutes', stuckMinutes),
    ...mustHold(
      stuckMinutes >= retriesMinutes,
      'sweeper.stuckMinutes',
      `at least as long as a queue's own retries, ${retriesMinutes} minutes`,
      stuckMinutes,
      'Raise it: an order whose message is still being retried must not be re-enqueued',
    ),
  ];
}

function checkStream(path: StreamReader, settings: StreamWorkerSettings): Violations {
  const { batchSize, batchingWindowSeconds, parallelizationFactor, retryAttempts, recordAgeHours } = settings;
  return [
    ...wholeAndPositive(`${path}.batchSize`, batchSize),
    ...atMost(`${path}.batchSize`, batchSize, limits.streamBatchMax),
    ...wholeOrZero(`${path}.batchingWindowSeconds`, batchingWindowSeconds),
    ...atMost(`${path}.batchingWindowSeconds`, batchingWindowSeconds, limits.batchingWindowMax),
    ...wholeAndPositive(`${path}.parallelizationFactor`, parallelizationFactor),
    ...atMost(`${path}.parallelizationFactor`, parallelizationFactor, limits.streamParallelizationMax),
    // Without a limit, one poison record blocks its shard until it expires.
    ...wholeOrZero(`${path}.retryAttempts`, retryAttempts),
    ...atMost(`${path}.retryAttempts`, retryAttempts, limits.streamRetriesMax),
    ...wholeAndPositive(`${path}.recordAgeHours`, recordAgeHours),
    ...atMost(`${path}.recordAgeHours`, recordAgeHours, limits.streamRetention),
  ];
}
