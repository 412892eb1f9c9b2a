import { limits } from '../../../stacks/model/checks/limits.ts';
import { type Service, serviceNames, type TableName, tableNames } from '../../../stacks/model/services.ts';
import { fixedOf, webAclRules } from '../cost/aws-idle.ts';
import type { FunctionUsage, QueueUsage, TableUsage, Usage } from '../types.ts';
import type { Plan } from './plan.ts';

const gb = 1e9;
const hour = 3_600;

/** Billing units for the profile's days: each run is multiplied by its number of occurrences. */
export function toUsage(plan: Plan): Usage {
  const { scenario, runs } = plan;
  const { stage, profile, constants } = scenario;
  const sum = (of: (usage: Plan['runs'][number]['result']['usage']) => number) =>
    runs.reduce((total, { result }) => total + of(result.usage) * result.run.times, 0);
  const ingestedGb = sum(({ logBytes }) => logBytes) / gb;
  const cdnRequests = sum((usage) => usage.cdnRequests);
  const originRequests = sum((usage) => usage.originRequests);
  const rules = webAclRules(stage);
  const functions = Object.fromEntries(serviceNames.map((name) => [name, functionUsage(name, plan)]));
  return {
    hours: profile.days * 24,
    functions: functions as Record<Service, FunctionUsage>,
    api: {
      kind: stage.api.kind,
      requests: sum(({ apiRequests }) => apiRequests),
      responseGb: sum(({ apiBytes }) => apiBytes) / gb,
    },
    queues: queueUsage(plan),
    tables: Object.fromEntries(tableNames.map((name) => [name, tableUsage(name, plan)])) as Record<
      TableName,
      TableUsage
    >,
    bus: { events: sum(({ busEvents }) => busEvents) },
    cdn: {
      requests: cdnRequests,
      responseGb: sum(({ cdnBytes }) => cdnBytes) / gb,
      uploadGb: sum(({ uploadBytes }) => uploadBytes) / gb,
      functionCalls: cdnRequests,
      invalidationPaths: 0,
      shieldRequests: stage.edge.originShield ? originRequests : 0,
    },
    webAcl: rules === null ? null : { rules, requests: cdnRequests },
    logs: { ingestedGb, storedGb: (ingestedGb * Math.min(stage.logRetentionDays, profile.days)) / profile.days },
    traces: stage.tracing ? originRequests * constants.traceShare : 0,
    fixed: fixedOf(stage),
    monthlyActiveUsers: stage.identity.kind === 'cognito' ? profile.shop.activeUsers : 0,
  };
}

function functionUsage(service: Service, { scenario, runs }: Plan): FunctionUsage {
  const { memoryMb } = scenario.stage.functions[service];
  const size = memoryMb / 1_024;
  let [invocations, seconds, provisioned, held] = [0, 0, 0, 0];
  for (const { result } of runs) {
    const count = result.usage.functions.get(service);
    if (!count) continue;
    const { times } = result.run;
    invocations += count.invocations * times;
    seconds += (count.seconds + count.coldStarts * coldSeconds) * times;
    provisioned += count.provisionedSeconds * times;
    held += count.heldSeconds * times;
  }
  return {
    ...{ invocations, memoryMb, gbSeconds: seconds * size },
    ...{ provisionedGbSeconds: held * size, provisionedUsedGbSeconds: provisioned * size },
  };
}

/** Median init duration of published starts, which Lambda bills since August 2025. */
const coldSeconds = 0.125;

function queueUsage({ runs }: Plan): Usage['queues'] {
  const queues = new Map<string, QueueUsage>();
  for (const { result } of runs)
    for (const [queue, requests] of result.usage.queues)
      queues.set(queue, { requests: (queues.get(queue)?.requests ?? 0) + requests * result.run.times });
  return Object.fromEntries(queues);
}

function tableUsage(table: TableName, { scenario, runs }: Plan): TableUsage {
  const { stage } = scenario;
  const billing = stage.tables[table];
  const sum = (of: 'reads' | 'writes' | 'bytes' | 'readUnitSeconds' | 'writeUnitSeconds') =>
    runs.reduce((total, { result }) => total + (result.usage.tables.get(table)?.[of] ?? 0) * result.run.times, 0);
  const storedGb = sum('bytes') / gb;
  const warm = billing.mode === 'on-demand' ? billing.warm : null;
  return {
    mode: billing.mode,
    ...{ readUnits: sum('reads'), writeUnits: sum('writes') },
    ...{ readUnitHours: sum('readUnitSeconds') / hour, writeUnitHours: sum('writeUnitSeconds') / hour },
    ...{ storedGb, recoveryGb: stage.pointInTimeRecoveryDays === null ? 0 : storedGb },
    warmReadUnits: Math.max(0, (warm?.readUnitsPerSecond ?? 0) - limits.warmReadMin.value),
    warmWriteUnits: Math.max(0, (warm?.writeUnitsPerSecond ?? 0) - limits.warmWriteMin.value),
  };
}

export const ordersOf = ({ runs }: Plan): number =>
  runs.reduce((total, { result }) => total + result.usage.orders * result.run.times, 0);
