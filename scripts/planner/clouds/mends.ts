import { maxShards } from '../../../functions/domain/sharding.ts';
import type { Service } from '../../../stacks/model/services.ts';
import { type Advice, headroom, type Mend, mendNumber, type Plannable } from '../model/mend.ts';
import type { Element } from '../model/tracker.ts';
import { shardsIn } from '../profile/shards-in.ts';

/** Raises the number of instances, by the setting that the stage's stacks derive it from. */
function mendInstances(service: Service, element: Element, plan: Plannable, most: number): Mend | Advice {
  const wanted = Math.ceil(Math.max(element.limit, element.peakCount) * headroom);
  if (element.limit >= most) return { text: `no setting: ${most} instances are the most of a service` };
  const to = Math.min(most, wanted);
  if (service === 'settlement' || service === 'fulfilment') return mendNumber([service, 'maxConcurrency'], to, plan);
  if (service === 'projection') {
    const { parallelizationFactor } = plan.stage.projection;
    const factor = Math.ceil((parallelizationFactor * to) / element.limit);
    return mendNumber(['projection', 'parallelizationFactor'], factor, plan);
  }
  const { provisioned } = plan.stage.functions[service];
  const kept = provisioned ?? { minEnvironments: 1, targetUtilization: 0.7, floors: [] };
  return mendNumber(['functions', service, 'provisioned'], { ...kept, maxEnvironments: to }, plan);
}

/** Mends a worker or an API, by more instances or shards; undefined for an element that is not a service. */
export function mendService(element: Element, plan: Plannable, most: number): Mend | Advice | undefined {
  const [first = '', second = ''] = element.id.split('.');
  if (first === 'functions') return mendInstances(second as Service, element, plan, most);
  if (first !== 'settlement' && first !== 'projection' && first !== 'fulfilment') return undefined;
  return second === 'shards'
    ? mendShards(element, plan, shardsIn(plan.profile))
    : mendInstances(first, element, plan, most);
}

/** Raises the number of stock shards, so that each row's use falls to what its attempts allow. */
export function mendShards({ use }: Element, { profile }: Plannable, shards: number): Mend | Advice {
  const to = Math.min(maxShards, Math.max(shards + 1, Math.ceil(shards * use * headroom)));
  if (shards >= maxShards)
    return { text: `a product has at most ${maxShards} shards (functions/domain/sharding.ts): sell it as two` };
  return {
    path: 'peakOrdersPerSecond of the product (shop.shards of the profile)',
    file: 'PUT /products/{sku}',
    from: `${shards} shards`,
    to: `${to} shards`,
    apply: (plan) => ({
      ...plan,
      profile: { ...profile, ...plan.profile, shop: { ...plan.profile.shop, shards: to } },
    }),
  };
}
