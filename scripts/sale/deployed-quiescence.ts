import { partnerClient } from '../platform/partner/client.ts';
import type { Platform } from '../platform/platform.ts';
import { type ClientConfig, readDeadLetters, readTables, type StoreNames } from './check/read-stores.ts';
import { type Quiet, type QuietOptions, type QuietStores, untilQuiet } from './quiescence.ts';

/** A platform, in this process or another. */
export type DeployedSystem = Pick<
  Platform,
  'apiUrl' | 'endpointUrl' | 'engine' | 'stage' | 'region' | 'credentials' | 'outputs' | 'partnerUrl'
>;

export function storeNamesOf(platform: DeployedSystem): StoreNames {
  const output = (name: string) => platform.outputs[name] ?? '';
  return {
    ordersTable: output('OrdersTable'),
    stockTable: output('StockTable'),
    catalogTable: output('CatalogTable'),
    viewsTable: output('ViewsTable'),
    deadLetterUrls: {
      settlement: output('OrderDeadLetterUrl'),
      projection: output('ProjectionDeadLetterUrl'),
      fulfilment: output('FulfilmentDeadLetterUrl'),
    },
  };
}

export function toClientConfig({ endpointUrl, region, credentials }: DeployedSystem): ClientConfig {
  return { region, credentials, ...(endpointUrl !== undefined && { endpoint: endpointUrl }) };
}

/** Waits until a deployed system is quiet. */
export function waitUntilQuiet(platform: DeployedSystem, deadLetters: number, options: QuietOptions): Promise<Quiet> {
  const names = storeNamesOf(platform);
  const config = toClientConfig(platform);
  const partner = partnerClient(platform.partnerUrl);
  const stores: QuietStores = {
    // Read the book last: it then contains every order that the stores call fulfilled.
    read: async () => ({
      ...(await readTables(names, config)),
      book: await partner.book(),
      unsigned: (await partner.calls()).unsigned,
    }),
    readDeadLetters: () => readDeadLetters(names, config),
  };
  return untilQuiet(stores, deadLetters, options);
}
