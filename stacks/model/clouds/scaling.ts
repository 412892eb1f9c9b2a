import type { Service } from '../services.ts';
import type { Stage } from '../stages/stage-settings.ts';

export interface Scaling {
  readonly minInstances: number;
  readonly maxInstances: number;
}

/** Maximum instances of a service without provisioned concurrency. */
const defaultMaxInstances = 20;

/** Concurrent messages per instance on Google: each is a separate push, and mostly waits. */
export const pushesPerInstance = 10;

/** The stage's concurrency as an instance range, at one request per instance. */
export function toScaling(stage: Stage, service: Exclude<Service, 'invalidation'>): Scaling {
  const { provisioned } = stage.functions[service];
  if (provisioned) return { minInstances: provisioned.minEnvironments, maxInstances: provisioned.maxEnvironments };
  switch (service) {
    case 'settlement':
    case 'fulfilment':
      return { minInstances: 0, maxInstances: stage[service].maxConcurrency };
    case 'projection':
      return { minInstances: 0, maxInstances: defaultMaxInstances * stage[service].parallelizationFactor };
    // One instance does all the work; a second would exit at once.
    case 'sweeper':
      return { minInstances: 0, maxInstances: 1 };
    default:
      return { minInstances: 0, maxInstances: defaultMaxInstances };
  }
}

/** Services on the other clouds: no invalidation, because cached products just expire there. */
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
