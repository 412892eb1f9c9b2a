import hostFile from '../../../../functions/adapters/azure/host.json' with { type: 'json' };
import { openBuckets } from '../../../../functions/domain/open-order.ts';
import { salesSlots } from '../../../../functions/domain/sales.ts';
import {
  fewestInstances,
  fulfilmentsAtOnce,
  httpConcurrency,
  instanceMemoryMb,
  mostInstances,
} from '../../../../stacks/model/clouds/azure-host.ts';
import { type CloudService, cloudServices, toScaling } from '../../../../stacks/model/clouds/scaling.ts';
import { services } from '../../../../stacks/model/services.ts';
import type { Stage } from '../../../../stacks/model/stages/stage-settings.ts';
import type { CloudWork } from '../calibration/work.ts';
import type { CloudRules, MeterRule, RuleInput, ServiceRule } from '../cloud-model.ts';
import type { azureAssumptions } from './assumptions.ts';

const { batchSize, newBatchThreshold, maxPollingInterval, visibilityTimeout } = hostFile.extensions.queues;
const toSeconds = (clock: string) => clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
/** Memory of an instance with one core, in megabytes. */
const coreMb = 2_048;

function serviceRule(stage: Stage, service: CloudService): ServiceRule {
  const { minInstances, maxInstances } = toScaling(stage, service);
  const memoryMb = instanceMemoryMb(stage, service);
  const messages = service === 'fulfilment' ? fulfilmentsAtOnce(stage) : batchSize + newBatchThreshold;
  return {
    minInstances,
    maxInstances: Math.min(mostInstances, Math.max(fewestInstances, maxInstances)),
    atOnce: services[service].trigger.kind === 'api' ? httpConcurrency : messages,
    ...{ cores: memoryMb / coreMb, memoryMb },
  };
}

const entities = (work: CloudWork, kind: string): number => {
  const { reads = 0, writes = 0, deletes = 0 } = work.stores[kind] ?? {};
  return reads + writes + deletes;
};
const allEntities = (work: CloudWork) => Object.keys(work.stores).reduce((sum, kind) => sum + entities(work, kind), 0);
/** Operations per message: put, get and delete. */
const perMessage = 3;
const allMessages = ({ queues }: CloudWork) => Object.values(queues).reduce((sum, { messages }) => sum + messages, 0);

/** Share of a kind's rows in its busiest partition. Orders and customers have a partition each. */
function hottest({ shop, shards }: RuleInput): Readonly<Record<string, number>> {
  const hotProduct = shop.hot.share / shop.hot.products;
  return {
    ...{ STOCK: hotProduct / shards, PRODUCT: hotProduct, VIEW: 1 / salesSlots, CATALOG: 1 },
    ...{ OPENORDER: 1 / openBuckets, COORDINATION: 1 },
  };
}

function meters(input: RuleInput, c: Constants): MeterRule[] {
  const busy = { isEnforced: true, reason: '503 Server Busy' };
  return [
    {
      ...{ ...busy, id: 'storage.account', unit: 'entities/s', perSecond: c.accountPerSecond, share: 1 },
      take: (work) => allEntities(work) + perMessage * allMessages(work),
    },
    ...Object.entries(hottest(input)).map(([kind, share]) => ({
      ...{ ...busy, id: `storage.${kind}`, unit: 'entities/s', perSecond: c.tablePartitionPerSecond, share },
      take: (work: CloudWork) => entities(work, kind),
    })),
    ...['order-requests', 'outbox', 'fulfilment-requests'].map((queue) => ({
      ...{ ...busy, id: `queues.${queue}`, unit: 'messages/s', perSecond: c.queueMessagesPerSecond, share: 1 },
      take: ({ queues }: CloudWork) => queues[queue]?.messages ?? 0,
    })),
  ];
}

type Constants = Readonly<Record<keyof typeof azureAssumptions, number>>;

export function azureRules(input: RuleInput): CloudRules {
  const c = input.constants as Constants;
  const rules = cloudServices.map((service) => [service, serviceRule(input.stage, service)]);
  return {
    services: Object.fromEntries(rules) as Record<CloudService, ServiceRule>,
    meters: meters(input, c),
    growth: { api: c.httpInstancesPerSecond, worker: c.instancesPerDecision / c.decisionSeconds },
    ...{ pushWindow: null, queuePerSecond: c.queueMessagesPerSecond },
    ...{ pendingSeconds: c.pendingSeconds, refusal: 'no instance is free', coldSeconds: c.azureColdSeconds },
    pollSeconds: toSeconds(maxPollingInterval) / 2,
    redeliverSeconds: toSeconds(visibilityTimeout),
    storeSeconds: c.azureStoreSeconds,
    // A conflict is retried three times: functions/resilience/retry.ts.
    stock: { holdSeconds: c.azureStoreSeconds, attempts: 4 },
    ...{ postponedSeconds: 0, billedSeconds: 1, memoryQuotaMb: c.memoryQuotaMb },
  };
}
