import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queues } from '../../../functions/adapters/azure/resources.ts';
import { tableStore } from '../../../functions/adapters/azure/table-store.ts';
import { partitionPorts } from '../../../functions/adapters/single-partition/ports.ts';
import { type AzurePlatform, startAzurePlatform } from '../../../scripts/clouds/azure/platform.ts';
import { saleSystem } from '../../../scripts/clouds/azure/system.ts';
import { ShopClient } from '../../../scripts/sale/client.ts';
import { recoverLostOrders, stuckMs } from '../lost-requests.ts';
import { saleTests } from '../sale-tests.ts';

let platform: AzurePlatform;
let shop: ShopClient;
const crashes: string[] = [];

beforeAll(async () => {
  platform = await startAzurePlatform({ stuckMs, onCrash: (text) => crashes.push(text) });
  shop = new ShopClient(platform.apiUrl);
});

afterAll(async () => {
  await platform.stop();
  expect(crashes).toEqual([]);
  for (const { pid } of platform.apps) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  for (const { logFile } of platform.apps) expect(existsSync(dirname(logFile))).toBe(false);
});

saleTests(() => ({ platform, system: saleSystem(platform) }));

test('the host answers 404 to an unknown route', async () => {
  expect(await shop.once({ method: 'GET', path: '/nothing' })).toMatchObject({ status: 404, body: undefined });
  expect(await shop.once({ method: 'PATCH', path: '/products' })).toMatchObject({ status: 404, body: undefined });
});

test('recovers orders whose request was lost, and fulfils each once', async () => {
  const fulfilments = platform.storage.queue(queues.fulfilments);
  await recoverLostOrders(platform, saleSystem(platform), {
    ...partitionPorts(tableStore(platform.storage.table)),
    async takeFulfilments() {
      const { approximateMessagesCount = 0 } = await fulfilments.getProperties();
      if (approximateMessagesCount === 0) return false;
      await fulfilments.clearMessages();
      return true;
    },
  });
}, 180_000);
