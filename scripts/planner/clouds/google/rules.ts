import {
  cpuPerInstance,
  requestsPerInstance,
  toGoogleScaling,
} from '../../../../stacks/model/clouds/google-scaling.ts';
import { type CloudService, cloudServices, pushesPerInstance } from '../../../../stacks/model/clouds/scaling.ts';
import { services } from '../../../../stacks/model/services.ts';
import type { Stage } from '../../../../stacks/model/stages/stage-settings.ts';
import type { CloudWork } from '../calibration/work.ts';
import type { CloudRules, MeterRule, RuleInput, ServiceRule } from '../cloud-model.ts';
import type { googleAssumptions } from './assumptions.ts';

type Constants = Readonly<Record<keyof typeof googleAssumptions, number>>;

const serviceRule = (stage: Stage, service: CloudService): ServiceRule => ({
  ...toGoogleScaling(stage, service),
  atOnce: services[service].trigger.kind === 'api' ? requestsPerInstance : pushesPerInstance,
  ...{ cores: cpuPerInstance, memoryMb: stage.functions[service].memoryMb },
});

/** Collections that a sale writes to. All of them start cold. */
const collections = [
  ...['orders', 'events', 'stock', 'catalog', 'counted', 'salesTotals', 'salesMinutes', 'postponed', 'coordination'],
] as const;

const operations = ({ stores }: CloudWork, collection: string): number => {
  const { reads = 0, writes = 0, deletes = 0 } = stores[collection] ?? {};
  return reads + writes + deletes;
};

function meters({ shop, shards }: RuleInput, c: Constants): MeterRule[] {
  const growth = { factor: c.firestoreGrowth, seconds: c.firestoreGrowthSeconds };
  return [
    ...collections.map((collection) => ({
      ...{ id: `firestore.${collection}`, unit: 'operations/s', perSecond: c.firestoreStart, share: 1, growth },
      ...{ isEnforced: false, reason: 'above the ramp 500/50/5' },
      take: (work: CloudWork) => operations(work, collection),
    })),
    {
      ...{ id: 'firestore.stockDocument', unit: 'writes/s', perSecond: c.documentWritesPerSecond },
      ...{ isEnforced: false, isAdvice: true, reason: 'advice: one sustained write a second' },
      share: shop.hot.share / shop.hot.products / shards,
      take: ({ stores }) => stores.stock?.writes ?? 0,
    },
  ];
}

/** Attempts of `decide` in functions/adapters/google, each of which is retried three times. */
const attempts = 6 * 4;

export function googleRules(input: RuleInput): CloudRules {
  const c = input.constants as Constants;
  const rules = cloudServices.map((service) => [service, serviceRule(input.stage, service)]);
  return {
    services: Object.fromEntries(rules) as Record<CloudService, ServiceRule>,
    meters: meters(input, c),
    growth: { api: c.apiInstancesPerSecond, worker: c.pushInstancesPerSecond },
    ...{ pushWindow: c.pushWindowStart, queuePerSecond: null },
    ...{ pendingSeconds: c.pendingSeconds, refusal: '429: no instance is available' },
    ...{ coldSeconds: c.googleColdSeconds, pollSeconds: c.pushSeconds },
    // Minimum backoff of the subscription: stacks/terraform/google/messages.ts.
    redeliverSeconds: 10,
    storeSeconds: c.googleStoreSeconds,
    stock: { holdSeconds: c.googleStoreSeconds, attempts },
    // The timer re-enqueues postponed messages once a minute.
    ...{ postponedSeconds: 30, billedSeconds: 0.1, memoryQuotaMb: null },
  };
}
