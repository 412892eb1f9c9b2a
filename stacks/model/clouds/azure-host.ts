import type { Stage } from '../stages/stage-settings.ts';

/** Of Flex Consumption, as the most that an app may have. */
export const fewestInstances = 40;

/** Calls of the partner in one instance, so that all together make no more than the stage says: at least one each. */
export function fulfilmentsAtOnce({ fulfilment: { batchSize, maxConcurrency } }: Stage): number {
  return Math.ceil((batchSize * maxConcurrency) / Math.max(fewestInstances, maxConcurrency));
}

const prefix = 'AzureFunctionsJobHost__extensions__queues__';

/** The names of the app settings that stand above host.json: https://learn.microsoft.com/azure/azure-functions/functions-host-json#override-hostjson-values */
export const overrides = {
  batchSize: `${prefix}batchSize`,
  newBatchThreshold: `${prefix}newBatchThreshold`,
} as const;

/** An instance holds a batch, and takes the next one when the threshold of the last is left: so many at a time. */
export function messagesAtOnce(most: number): Record<string, string> {
  const newBatchThreshold = Math.floor(most / 2);
  return {
    [overrides.batchSize]: String(most - newBatchThreshold),
    [overrides.newBatchThreshold]: String(newBatchThreshold),
  };
}
