import { setTimeout as sleep } from 'node:timers/promises';
import { encode } from '../../../functions/adapters/azure/message-text.ts';
import { queues } from '../../../functions/adapters/azure/resources.ts';
import type { Storage } from '../../../functions/adapters/azure/storage.ts';
import type { Hooks } from '../../platform/process/while-running.ts';
import type { CloudSystem } from '../../sale/clouds.ts';
import { standstill, untilQuiet } from '../../sale/quiescence.ts';
import type { SaleSystem } from '../../sale/system.ts';
import { azuriteVersion } from './azurite.ts';
import { type AzurePlatform, startAzurePlatform } from './platform.ts';
import { readDeadLetters, readTable } from './read-stores.ts';

/** Starts the Azure system on this machine, for demonstration and load. */
export async function startSystem(hooks: Hooks): Promise<CloudSystem> {
  const platform = await startAzurePlatform(hooks);
  return {
    ...saleSystem(platform),
    notes: [
      `Azure on Azurite ${azuriteVersion()}: ${platform.apps.length} function apps run the real @azure/functions in a small local host`,
      'not simulated: Front Door (customers call the API directly), roles and managed identities, scaling, Application Insights',
      'the bus is a rule in the projection: confirmed orders go to the fulfilment queue',
    ],
    stop: () => platform.stop(),
  };
}

const pauseMs = 2_000;

export function saleSystem(platform: AzurePlatform): SaleSystem {
  const { storage, partner } = platform;
  const stores = {
    read: async () => ({ ...(await readTable(storage)), book: partner.book(), unsigned: partner.calls().unsigned }),
    readDeadLetters: () => readDeadLetters(storage),
    pauseMs,
  };
  return {
    shopUrl: platform.apiUrl,
    issuer: platform.issuer,
    partner,
    async sendToQueue(body) {
      await storage.queue(queues.orders).sendMessage(encode(body));
    },
    async untilQuiet(deadLetters, options) {
      const isStill = standstill(options.withinMs);
      for (let waiting = await countMessages(storage); waiting > 0; waiting = await countMessages(storage)) {
        const ended = partner.book().length;
        options.onProgress?.(ended, 0);
        if (isStill(`${waiting} ${ended}`)) break;
        await sleep(pauseMs);
      }
      return untilQuiet(stores, deadLetters, options);
    },
    calls: () => ({}),
    memoryMb: () => platform.memoryMb(),
  };
}

/** Messages in all queues, waiting or in progress. Reading the whole table would take the engine's time from the functions. */
async function countMessages(storage: Storage): Promise<number> {
  const all = await Promise.all(Object.values(queues).map((name) => storage.queue(name).getProperties()));
  return all.reduce((sum, { approximateMessagesCount = 0 }) => sum + approximateMessagesCount, 0);
}
