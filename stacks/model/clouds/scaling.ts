import type { Service } from '../services.ts';
import type { Stage } from '../stages/stage-settings.ts';

export interface Scaling {
  readonly minInstances: number;
  readonly maxInstances: number;
}

/** Beyond what a stage provisions: nobody is supposed to load it more than that. */
const unplanned = 20;

/** Messages that an instance on Google works on at a time: each is a push of its own, and mostly waits. */
export const pushesOfInstance = 10;

/** The stage's concurrency, as instances of clouds that serve one request of ours after the other in each. */
export function scalingOf(stage: Stage, service: Exclude<Service, 'invalidation'>): Scaling {
  const { provisioned } = stage.functions[service];
  if (provisioned) return { minInstances: provisioned.minEnvironments, maxInstances: provisioned.maxEnvironments };
  switch (service) {
    case 'settlement':
    case 'fulfilment':
      return { minInstances: 0, maxInstances: stage[service].maxConcurrency };
    case 'projection':
      return { minInstances: 0, maxInstances: unplanned * stage.projection.parallelizationFactor };
    // One does the work; a second one would only leave.
    case 'sweeper':
      return { minInstances: 0, maxInstances: 1 };
    default:
      return { minInstances: 0, maxInstances: unplanned };
  }
}

/** The services that other clouds have: forgetting a changed product is part of the CDN's own times there. */
export const cloudServices = [
  'catalog',
  'intake',
  'settlement',
  'projection',
  'fulfilment',
  'stock',
  'sweeper',
] as const;
export type CloudService = (typeof cloudServices)[number];
