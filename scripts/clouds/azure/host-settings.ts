import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { overrides } from '../../../stacks/model/clouds/azure-host.ts';
import { projectFolder } from '../../platform/process/paths.ts';
import type { QueueSettings } from './queue-poller.ts';

const span = z
  .string()
  .regex(/^\d\d:\d\d:\d\d$/)
  .transform((text) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0));

const hostFile = z.object({
  functionTimeout: span,
  extensions: z.object({
    http: z.object({ routePrefix: z.string() }),
    queues: z.object({
      batchSize: z.int(),
      newBatchThreshold: z.int(),
      maxDequeueCount: z.int(),
      maxPollingInterval: span,
      messageEncoding: z.literal('base64'),
      visibilityTimeout: span,
    }),
  }),
});

const { functionTimeout, extensions } = hostFile.parse(
  JSON.parse(readFileSync(join(projectFolder, 'functions/adapters/azure/host.json'), 'utf8')),
);
const { batchSize, newBatchThreshold, maxDequeueCount, maxPollingInterval, visibilityTimeout } = extensions.queues;
const queues: QueueSettings = {
  ...{ batchSize, newBatchThreshold, maxDequeueCount },
  maxPollingMs: maxPollingInterval * 1_000,
  visibilityTimeoutSeconds: visibilityTimeout,
};

/** The settings of the deployed host.json that the local host follows. */
export const hostSettings = {
  functionTimeoutSeconds: functionTimeout,
  routePrefix: extensions.http.routePrefix,
  queues,
};

/** The queue settings of an app: its app settings override host.json. */
export function queueSettings(env: NodeJS.ProcessEnv): QueueSettings {
  const read = (name: keyof typeof overrides) => Number(env[overrides[name]] ?? queues[name]);
  return { ...queues, batchSize: read('batchSize'), newBatchThreshold: read('newBatchThreshold') };
}
