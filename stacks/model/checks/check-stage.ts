import { serviceNames, services } from '../services.ts';
import {
  type ProvisionedConcurrency,
  type QueueWorker,
  type Stage,
  type StreamWorkerSettings,
  visibilitySeconds,
} from '../stages/stage-settings.ts';
import { checkEdge } from './check-edge.ts';
import { checkTables } from './check-tables.ts';
import { limits, logRetentionDays } from './limits.ts';
import { atLeast, atMost, below, holds, type Violations, wholeAndPositive, wholeOrZero } from './violations.ts';

/** Throws one error with every violation, so that one run shows all there is to change. */
export function checkStage(stage: Stage): void {
  const violations = violationsOf(stage);
  if (violations.length === 0) return;
  const lines = violations.map((violation) => `  - ${violation}`).join('\n');
  throw new Error(`stage '${stage.name}': ${violations.length} to change in stacks/model/stages/stages.ts\n${lines}`);
}

/** Everything in a stage that AWS would refuse, or that would break a promise of the design. */
export function violationsOf(stage: Stage): Violations {
  return [
    ...checkLogs(stage),
    ...checkFunctions(stage),
    ...checkAccountConcurrency(stage),
    ...checkApi(stage),
    ...checkQueues(stage),
    ...checkQueueWorker('settlement', stage),
    ...checkQueueWorker('fulfilment', stage),
    ...checkFulfilment(stage),
    ...checkSweeper(stage),
    ...checkStream('projection', stage.projection),
    ...checkStream('invalidation', stage.invalidation),
    ...checkEdge(stage),
    ...checkTables(stage),
  ];
}

function checkLogs({ logRetentionDays: days }: Stage): Violations {
  const choices = `one of ${logRetentionDays.values.join(', ')} days (${logRetentionDays.source})`;
  return holds(logRetentionDays.values.includes(days), 'logRetentionDays', choices, days, 'Choose one');
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
      // Or the API gives up first, and the caller never learns what the function decided.
      ...(isApi ? below(timeout, timeoutSeconds, limits.apiIntegrationTimeout) : []),
      ...(provisioned ? checkProvisioned(`functions.${service}.provisioned`, provisioned) : []),
    ];
  });
}

function checkProvisioned(path: string, settings: ProvisionedConcurrency): Violations {
  const { minEnvironments: min, maxEnvironments: max, targetUtilization } = settings;
  return [
    ...wholeAndPositive(`${path}.minEnvironments`, min),
    ...holds(max >= min, `${path}.maxEnvironments`, `at least minEnvironments, ${min}`, max, 'Raise it'),
    ...atLeast(`${path}.targetUtilization`, targetUtilization, limits.provisionedTargetMin),
    ...atMost(`${path}.targetUtilization`, targetUtilization, limits.provisionedTargetMax),
    ...settings.floors.flatMap((floor) => {
      const property = `${path}.floors.${floor.name}`;
      return [
        ...holds(
          floor.cron.split(' ').length === 6,
          `${property}.cron`,
          'six fields',
          floor.cron,
          'As in 0 12 * * ? *',
        ),
        ...holds(
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

/** Each number may be right alone and too much together: what is provisioned is taken from all other functions. */
function checkAccountConcurrency(stage: Stage): Violations {
  const provisioned = serviceNames.map((name) => stage.functions[name].provisioned?.maxEnvironments ?? 0);
  const total = provisioned.reduce((sum, each) => sum + each, stage.settlement.maxConcurrency);
  const available = {
    ...limits.accountConcurrency,
    value: limits.accountConcurrency.value - limits.unreservedConcurrency.value,
  };
  return atMost('functions.*.provisioned.maxEnvironments + settlement.maxConcurrency', total, available);
}

function checkApi({ api, corsOrigins }: Stage): Violations {
  const cors = holds(corsOrigins.length > 0, 'corsOrigins', 'one origin or more', 'none', "Add one, or '*'");
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
    // The clock of a dead letter starts when it was first sent, not when it arrived here.
    ...atLeast('queues.deadLetterRetentionDays', deadLetterRetentionDays, limits.queueRetentionMax),
    ...holds(
      deadLetterRetentionDays > retentionDays,
      'queues.deadLetterRetentionDays',
      `more than queues.retentionDays, ${retentionDays}`,
      deadLetterRetentionDays,
      'Raise it, or shorten the retention of the queue',
    ),
    ...holds(
      stage.alarms.deadLetterAgeDays < deadLetterRetentionDays,
      'alarms.deadLetterAgeDays',
      `less than queues.deadLetterRetentionDays, ${deadLetterRetentionDays}`,
      stage.alarms.deadLetterAgeDays,
      'Lower it: the alarm must come while the message is still there',
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
      visibilitySeconds(stage, worker),
      limits.queueVisibilityMax,
    ),
    ...wholeAndPositive(`${worker}.batchSize`, batchSize),
    ...atMost(`${worker}.batchSize`, batchSize, window > 0 ? limits.queueBatchMax : limits.queueBatchMaxWithoutWindow),
    ...wholeOrZero(`${worker}.batchingWindowSeconds`, window),
    ...atMost(`${worker}.batchingWindowSeconds`, window, limits.batchingWindowMax),
    ...holds(
      window < timeoutSeconds,
      `${worker}.batchingWindowSeconds`,
      `less than functions.${worker}.timeoutSeconds, ${timeoutSeconds}`,
      window,
      'Lower it: the window and the work share the time in which a message is hidden',
    ),
    ...wholeAndPositive(`${worker}.maxConcurrency`, maxConcurrency),
    ...atLeast(`${worker}.maxConcurrency`, maxConcurrency, limits.queueConcurrencyMin),
    ...atMost(`${worker}.maxConcurrency`, maxConcurrency, limits.queueConcurrencyMax),
  ];
}

function checkFulfilment({ fulfilment, queues }: Stage): Violations {
  const { partnerUrl, cancellableSeconds, breakerOpenSeconds, giveUpHours } = fulfilment;
  return [
    ...holds(
      /^https?:\/\/[^/]+(\/.*[^/])?$/.test(partnerUrl),
      'fulfilment.partnerUrl',
      'an address without a slash at its end',
      partnerUrl,
      'Put the address of your partner there',
    ),
    ...wholeOrZero('fulfilment.cancellableSeconds', cancellableSeconds),
    ...atMost('fulfilment.cancellableSeconds', cancellableSeconds, limits.queueDelayMax),
    ...wholeAndPositive('fulfilment.breakerOpenSeconds', breakerOpenSeconds),
    ...atMost('fulfilment.breakerOpenSeconds', breakerOpenSeconds, limits.queueDelayMax),
    ...wholeAndPositive('fulfilment.giveUpHours', giveUpHours),
    ...holds(
      giveUpHours < queues.deadLetterRetentionDays * 24,
      'fulfilment.giveUpHours',
      `less than queues.deadLetterRetentionDays, ${queues.deadLetterRetentionDays} days`,
      giveUpHours,
      'Lower it: people need time for what the partner never answered',
    ),
  ];
}

function checkSweeper(stage: Stage): Violations {
  const { everyMinutes, stuckMinutes } = stage.sweeper;
  const retried = (['settlement', 'fulfilment'] as const).map((worker) => visibilitySeconds(stage, worker));
  const retriesMinutes = (Math.max(...retried) * stage.queues.maxReceiveCount) / 60;
  return [
    ...wholeAndPositive('sweeper.everyMinutes', everyMinutes),
    ...holds(
      everyMinutes < 60 && 60 % everyMinutes === 0,
      'sweeper.everyMinutes',
      'a part of an hour: Azure and Google count the minutes of each',
      everyMinutes,
      'Take 1, 2, 3, 4, 5, 6, 10, 12, 15, 20 or 30',
    ),
    ...wholeAndPositive('sweeper.stuckMinutes', stuckMinutes),
    ...holds(
      stuckMinutes >= retriesMinutes,
      'sweeper.stuckMinutes',
      `at least what a queue takes for its own retries, ${retriesMinutes} minutes`,
      stuckMinutes,
      'Raise it: an order whose message is still on its way needs no second one',
    ),
  ];
}

function checkStream(path: 'projection' | 'invalidation', settings: StreamWorkerSettings): Violations {
  const { batchSize, batchingWindowSeconds, parallelizationFactor, retryAttempts, recordAgeHours } = settings;
  return [
    ...wholeAndPositive(`${path}.batchSize`, batchSize),
    ...atMost(`${path}.batchSize`, batchSize, limits.streamBatchMax),
    ...wholeOrZero(`${path}.batchingWindowSeconds`, batchingWindowSeconds),
    ...atMost(`${path}.batchingWindowSeconds`, batchingWindowSeconds, limits.batchingWindowMax),
    ...wholeAndPositive(`${path}.parallelizationFactor`, parallelizationFactor),
    ...atMost(`${path}.parallelizationFactor`, parallelizationFactor, limits.streamParallelizationMax),
    // Without a limit, one poison record stops its shard until it expires.
    ...wholeOrZero(`${path}.retryAttempts`, retryAttempts),
    ...atMost(`${path}.retryAttempts`, retryAttempts, limits.streamRetriesMax),
    ...wholeAndPositive(`${path}.recordAgeHours`, recordAgeHours),
    ...atMost(`${path}.recordAgeHours`, recordAgeHours, limits.streamRetention),
  ];
}
