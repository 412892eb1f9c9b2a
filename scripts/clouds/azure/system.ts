import { encode } from '../../../functions/adapters/azure/messaging.ts';
import { queues } from '../../../functions/adapters/azure/resources.ts';
import type { CloudSystem } from '../../demo/clouds.ts';
import type { SaleSystem } from '../../demo/system.ts';
import type { Hooks } from '../../local/while-running.ts';
import { untilQuiet } from '../../shop/until-quiet.ts';
import { azuriteVersion } from './azurite.ts';
import { type AzurePlatform, startAzurePlatform } from './platform.ts';
import { readStores } from './read-stores.ts';

/** The system on this machine as it runs on Azure, for demonstration and load. */
export async function startSystem(hooks: Hooks): Promise<CloudSystem> {
  const platform = await startAzurePlatform(hooks);
  return {
    ...saleSystem(platform),
    notes: [
      `Azure on Azurite ${azuriteVersion()}: ${platform.apps.length} function apps with the real @azure/functions, in a small host`,
      'not here: Front Door (nobody browses, customers call the API), roles and managed identities, scaling, Application Insights',
      'the bus is a storage queue that nobody reads yet',
    ],
    stop: () => platform.stop(),
  };
}

// All of the table is read each time, by the engine that the functions use.
const pauseMs = 3_000;
/** Azurite does in a second what the engine of AWS does in a quarter of one. */
const patience = 4;

export function saleSystem(platform: AzurePlatform): SaleSystem {
  const { storage } = platform;
  return {
    shopUrl: platform.apiUrl,
    issuer: platform.issuer,
    async sendToQueue(body) {
      await storage.queue(queues.orders).sendMessage(encode(body));
    },
    untilQuiet: (deadLetters, options) =>
      untilQuiet({ read: () => readStores(storage), pauseMs }, deadLetters, {
        ...options,
        withinMs: options.withinMs * patience,
      }),
    calls: () => ({}),
    memoryMb: () => platform.memoryMb(),
  };
}
