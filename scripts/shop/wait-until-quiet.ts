import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientConfig, readStores, type StoreNames } from '../check/read-stores.ts';
import type { Snapshot } from '../check/snapshot.ts';
import { lacks } from '../local/engines.ts';
import type { Platform } from '../local/platform.ts';
import { redeliver, uncounted } from './redeliver.ts';

/** A platform, or what another process knows of it. */
export type DeployedSystem = Pick<
  Platform,
  'apiUrl' | 'endpointUrl' | 'engine' | 'stage' | 'region' | 'credentials' | 'outputs'
>;

export function storeNamesOf(platform: DeployedSystem): StoreNames {
  const output = (name: string) => platform.outputs[name] ?? '';
  return {
    ordersTable: output('OrdersTable'),
    stockTable: output('StockTable'),
    catalogTable: output('CatalogTable'),
    viewsTable: output('ViewsTable'),
    deadLetterUrls: [output('OrderDeadLetterUrl'), output('ProjectionFailureUrl')],
  };
}

export function clientConfigOf({ endpointUrl, region, credentials }: DeployedSystem): ClientConfig {
  return { region, credentials, ...(endpointUrl !== undefined && { endpoint: endpointUrl }) };
}

export interface Quiet {
  readonly snapshot: Snapshot;
  /** False when orders were still on their way after the time. */
  readonly quiet: boolean;
}

/** Reads the stores until no order is pending, every event is counted, and `deadLetters` have arrived. */
export async function waitUntilQuiet(
  platform: DeployedSystem,
  deadLetters: number,
  options: { withinMs: number; onProgress?: (settled: number, orders: number) => void },
): Promise<Quiet> {
  const end = Date.now() + options.withinMs;
  const names = { ...storeNamesOf(platform), deadLetterUrls: [] };
  const config = clientConfigOf(platform);
  let behindBefore = Infinity;
  for (;;) {
    const snapshot = await readStores(names, config);
    const { orders } = snapshot;
    const settled = orders.filter((order) => order.state !== 'PENDING');
    options.onProgress?.(settled.length, orders.length);
    const behind = uncounted(snapshot);
    const quiet = settled.length === orders.length && behind.length === 0;
    const stuck = behind.length > 0 && behind.length >= behindBefore;
    behindBefore = behind.length;
    if (stuck && lacks(platform.engine, 'stream-partial-failures')) await redeliver(platform.stage, config, behind);
    if (quiet || Date.now() > end) return { quiet, snapshot: await withDeadLetters(platform, deadLetters) };
    await sleep(500);
  }
}

async function withDeadLetters(platform: DeployedSystem, expected: number): Promise<Snapshot> {
  const end = Date.now() + 10_000;
  for (;;) {
    const snapshot = await readStores(storeNamesOf(platform), clientConfigOf(platform));
    if (snapshot.deadLetters.length >= expected || Date.now() > end) return snapshot;
    await sleep(500);
  }
}
