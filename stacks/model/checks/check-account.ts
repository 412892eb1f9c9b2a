import { routes } from '../../../functions/contracts/routes.ts';
import { cachePolicyRows } from '../edge/edge-rows.ts';
import { type Service, serviceNames, services, type TableName } from '../services.ts';
import type { Stage, TableBilling } from '../stages/stage-settings.ts';
import type { QueueWorker, StreamReader } from '../workers.ts';
import { limits } from './limits.ts';
import { atMost, type Violations } from './violations.ts';

/**
 * Checks the totals that all functions, routes and stages of an account share: each number may be valid alone, and too
 * high in total.
 */
export function checkAccount(stage: Stage): Violations {
  const concurrency = neededEnvironments(stage);
  const available = {
    ...limits.accountConcurrency,
    value: limits.accountConcurrency.value - limits.unreservedConcurrency.value,
  };
  const parts = [...concurrency].map(([service, environments]) => `${service} ${environments}`).join(', ');
  const total = [...concurrency.values()].reduce((sum, each) => sum + each, 0);
  return [
    ...atMost(`environments of all functions (${parts})`, total, available),
    ...checkRoutes(stage),
    ...atMost('cache policies of three stages', 3 * cachePolicyRows(stage).length, limits.edgePolicies),
  ];
}

/**
 * Environments that each function may take at once: provisioned, the cap of its queue, or one per batch of its stream. An
 * API function without provisioned concurrency takes what is left.
 */
export function neededEnvironments(stage: Stage): ReadonlyMap<Service, number> {
  return new Map(
    serviceNames.map((service) => {
      const provisioned = stage.functions[service].provisioned?.maxEnvironments ?? 0;
      return [service, Math.max(provisioned, triggered(stage, service))];
    }),
  );
}

function triggered(stage: Stage, service: Service): number {
  const { trigger } = services[service];
  switch (trigger.kind) {
    case 'queue':
      return stage[service as QueueWorker].maxConcurrency;
    case 'stream':
      return stage[service as StreamReader].parallelizationFactor * shardsOf(stage, trigger.table);
    case 'timer':
      return 1;
    case 'api':
      return 0;
  }
}

/** A shard of the stream per partition; a partition carries 1,000 writes/s, and an on-demand table begins with four. */
function shardsOf({ tables }: Stage, table: TableName): number {
  return Math.max(4, Math.ceil(mostWrites(tables[table]) / 1_000));
}

const mostWrites = (billing: TableBilling): number =>
  billing.mode === 'on-demand' ? billing.maxWriteUnitsPerSecond : billing.write.maxUnits;

/** Above the account's limit, one busy route takes the share of the others, because the limit is not per route. */
function checkRoutes(stage: Stage): Violations {
  return atMost('api.throttles.*.ratePerSecond of all routes together', neededApiRate(stage), limits.apiRate);
}

/** Requests per second of all routes together; 0 without an HTTP API. */
export function neededApiRate({ api }: Stage): number {
  if (api.kind !== 'http-api') return 0;
  const { throttles } = api;
  // The last is the throttle of unknown paths.
  const rates = [...routes.map((route) => throttles[route.throttle]), throttles.read];
  return rates.reduce((sum, { ratePerSecond }) => sum + ratePerSecond, 0);
}
