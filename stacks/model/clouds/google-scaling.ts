import type { Service } from '../services.ts';
import type { Stage } from '../stages/stage-settings.ts';
import { type Scaling, toScaling } from './scaling.ts';

/** Requests that an instance of an API serves at once. */
export const requestsPerInstance = 20;

/** One full CPU: with less, an instance serves one request at a time. */
export const cpuPerInstance = 1;

/**
 * The CPUs that a region grants a project's service, adjustable. Cloud Run rejects a revision whose instances could use
 * more. New projects start with 20, which is enough for every stage but `prod`.
 */
export const cpuQuota = {
  value: 200,
  unit: 'vCPU per service and region',
  source: 'https://github.com/jspsych/datapipe/pull/238',
  newProject: 20,
  newProjectSource: 'https://github.com/googlecodelabs/feedback/issues/1856',
  quotas: 'https://cloud.google.com/run/quotas',
} as const;

/** The stage's instance range within the region's quota. An instance serves many requests, so the cap costs nothing. */
export function toGoogleScaling(stage: Stage, service: Exclude<Service, 'invalidation'>): Scaling {
  const { minInstances, maxInstances } = toScaling(stage, service);
  const most = cpuQuota.value / cpuPerInstance;
  return { minInstances: Math.min(most, minInstances), maxInstances: Math.min(most, maxInstances) };
}
