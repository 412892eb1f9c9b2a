import { afterAll, beforeAll, describe, vi } from 'vitest';
import { orderQueue } from '../../../functions/adapters/azure/messaging.ts';
import { queues } from '../../../functions/adapters/azure/resources.ts';
import type { Storage } from '../../../functions/adapters/azure/storage.ts';
import { tableStore } from '../../../functions/adapters/azure/table-store.ts';
import { partitionPorts } from '../../../functions/adapters/single-partition/ports.ts';
import { relayEvents } from '../../../functions/adapters/single-partition/relay.ts';
import { jitteredPause, systemClock } from '../../../functions/runtime/system.ts';
import { type Azurite, startAzurite } from '../../../scripts/clouds/azure/azurite.ts';
import type * as Core from '../../../scripts/clouds/azure/functions-core.ts';
import { readTable } from '../../../scripts/clouds/azure/read-stores.ts';
import { createResources } from '../../../scripts/clouds/azure/resources.ts';
import { createWorkspace } from '../../../scripts/platform/process/workspace.ts';
import { fateTests, rivalTests } from '../../support/lost-answer-tests.ts';
import type { Faults, Shop } from '../../support/lost-answers.ts';
import { signer, signToken } from '../../support/tokens/signed-token.ts';
import { findViolations } from '../stored-rows.ts';
import { type FaultyProxy, type HttpLoss, startHttpProxy } from './http-proxy.ts';
import { ask, core, loadFunctions } from './library-host.ts';

// Runs each write of the API through the real @azure/functions, @azure/data-tables and @azure/storage-queue, with the SDKs'
// own retries. Azurite replaces Table Storage and Queue Storage, behind a proxy that loses the answers of writes.

vi.setConfig({ testTimeout: 60_000 });

const { token, jwks } = await signToken();
const workspace = createWorkspace();
let azurite: Azurite;
let storage: Storage;
let functions: readonly Core.Registered[];
let proxies: readonly FaultyProxy[];

beforeAll(async () => {
  azurite = await startAzurite(workspace);
  const direct = azurite.connectionString;
  const endpoints = [...direct.matchAll(/(?:Queue|Table)Endpoint=(http:\/\/[^/]+)/g)].map(([, url = '']) => url);
  proxies = await Promise.all(endpoints.map(startHttpProxy));
  const proxied = proxies.reduce((text, { url }, index) => text.replace(endpoints[index] ?? '', url), direct);
  storage = await createResources(direct);
  await core.lock();
  functions = await loadFunctions(['intake', 'stock'], {
    ...{ OIDC_ISSUER: signer.issuer, OIDC_AUDIENCE: signer.audience, OIDC_JWKS: jwks },
    DATA: proxied,
    POWERTOOLS_METRICS_DISABLED: 'true',
  });
});
afterAll(async () => {
  for (const proxy of proxies) proxy.close();
  await azurite.stop();
  workspace.remove();
});

async function empty(): Promise<void> {
  await storage.table.deleteTable();
  await Promise.all([storage.table.createTable(), storage.queue(queues.orders).clearMessages()]);
}

const open =
  (loss: HttpLoss, tries = 1) =>
  async (faults: Faults): Promise<Shop> => {
    faults.tries = tries;
    await empty();
    for (const proxy of proxies) proxy.use(faults, loss);
    const [store, orders] = [tableStore(storage.table), storage.queue(queues.orders)];
    return {
      ports: {
        ...partitionPorts(store),
        queue: orderQueue(orders),
        clock: systemClock,
        meter: { count: () => {} },
        pause: jitteredPause,
      },
      faults,
      hidesOneLoss: tries < allTries,
      queued: async () => (await orders.getProperties()).approximateMessagesCount ?? 0,
      async ask({ method = '', rawPath: path = '', headers = {}, body }) {
        const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value ?? '']));
        const call = { method, path, token, headers: sent, ...(body !== undefined && { body: JSON.parse(body) }) };
        const answer = await ask(functions, call);
        return { ...answer, statusCode: Number(answer.statusCode) };
      },
      async findViolations() {
        // The relay copies each decision from the stock's partition to its order.
        for (const shard of [0, 1]) await relayEvents(store, { sku: 'lamp', shard }, async () => {});
        return findViolations(await readTable(storage));
      },
    };
  };

/** Of tables and queues: `tries` in the adapter. */
const allTries = 3;

describe('when a connection is reset', () => {
  fateTests(open('reset'));
  rivalTests(open('reset'));
});
describe('when the service answers 500', () => fateTests(open(500), ['lost']));
// One status for all: each case takes the SDK's pauses.
describe('when all tries of the SDK fail', () => fateTests(open(503, allTries), ['lost', 'reset']));
