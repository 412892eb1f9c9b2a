import type { Stage } from '../stages/stage-settings.ts';
import { type CloudService, cloudServices, toScaling } from './scaling.ts';

/** The lowest `maximumInstanceCount` that Flex Consumption accepts. */
export const fewestInstances = 40;

/** Requests that an instance of an API serves at once. */
export const httpConcurrency = 20;

/** The maximum instances of an app. */
export const mostInstances = 1_000;

/** Partner calls per instance, at least one, so that all instances together keep the stage's limit. */
export function fulfilmentsAtOnce({ fulfilment: { batchSize, maxConcurrency } }: Stage): number {
  return Math.ceil((batchSize * maxConcurrency) / Math.max(fewestInstances, maxConcurrency));
}

const prefix = 'AzureFunctionsJobHost__extensions__queues__';

/** App settings that override host.json: https://learn.microsoft.com/azure/azure-functions/functions-host-json#override-hostjson-values */
export const overrides = {
  batchSize: `${prefix}batchSize`,
  newBatchThreshold: `${prefix}newBatchThreshold`,
} as const;

/** An instance fetches the next batch when the threshold remains of the last one: at most their sum at a time. */
export function messagesAtOnce(most: number): Record<string, string> {
  const newBatchThreshold = Math.floor(most / 2);
  return {
    [overrides.batchSize]: String(most - newBatchThreshold),
    [overrides.newBatchThreshold]: String(newBatchThreshold),
  };
}

/** The instance sizes of Flex Consumption, MB. */
const memorySizes = [512, 2048, 4096];
const mbPerCore = 2048;

export const instanceMemoryMb = (stage: Stage, service: CloudService): number =>
  memorySizes.find((size) => size >= stage.functions[service].memoryMb) ?? 4096;

/** Cores that all apps use at their maximum. A new subscription has 250 in a region, and 2 GB count as a core. */
export const flexCores = (stage: Stage): number =>
  Math.ceil(
    cloudServices.reduce(
      (sum, service) => sum + toScaling(stage, service).maxInstances * instanceMemoryMb(stage, service),
      0,
    ) / mbPerCore,
  );
