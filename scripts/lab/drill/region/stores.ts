import { isDeepStrictEqual } from 'node:util';
import { partnerClient } from '../../../platform/partner/client.ts';
import type { Platform } from '../../../platform/platform.ts';
import { readDeadLetters, readTables, type StoreNames } from '../../../sale/check/read-stores.ts';
import type { RegionSnapshot } from '../../../sale/check/region-checks.ts';
import type { Snapshot, Stores } from '../../../sale/check/snapshot.ts';
import { storeNamesOf, toClientConfig } from '../../../sale/deployed-quiescence.ts';
import { logLines } from '../../../sale/function-log.ts';
import { type QuietStores, untilQuiet } from '../../../sale/quiescence.ts';

/** A region of the run, and which one is home. */
export interface Region {
  readonly platform: Platform;
  readonly isHome: boolean;
  readonly names: StoreNames;
}

/** @param platforms home first */
export function toRegions(platforms: readonly Platform[]): Region[] {
  const [home] = platforms.map(storeNamesOf);
  return platforms.map((platform, index) => {
    // Another region's stack has no catalog; the replica has the name of the original.
    const names = { ...storeNamesOf(platform), catalogTable: home?.catalogTable ?? '' };
    return { platform, isHome: index === 0, names };
  });
}

const withinMs = 180_000;
const partnerOf = ({ platform }: Region) => partnerClient(platform.partnerUrl);

/** What one region knows of another's orders and views, as far as it was replicated. */
export function readReplica({ platform, names }: Region, owner: Region): Promise<Stores> {
  const { ordersTable, viewsTable } = owner.names;
  return readTables({ ...names, ordersTable, viewsTable }, toClientConfig(platform));
}

/** The region's own stores, once all its orders are final, or nothing has changed for a while. */
export async function readQuiet(region: Region): Promise<RegionSnapshot> {
  const { platform, names, isHome } = region;
  const config = toClientConfig(platform);
  const partner = partnerOf(region);
  const stores: QuietStores = {
    read: async () => ({
      ...(await readTables(names, config)),
      ...(!isHome && { suppliedElsewhere: true as const }),
      book: await partner.book(),
      unsigned: (await partner.calls()).unsigned,
    }),
    readDeadLetters: () => readDeadLetters(names, config),
  };
  const { snapshot } = await untilQuiet(stores, 0, { withinMs });
  return { region: platform.region, snapshot };
}

/** The partner serves all regions; a region answers for its own orders, and for those that nobody knows. */
export function withOwnBook({ region, snapshot }: RegionSnapshot, elsewhere: ReadonlySet<string>): RegionSnapshot {
  const own = new Set(snapshot.orders.map(({ orderId }) => orderId));
  const book = (snapshot.book ?? []).filter(({ orderId }) => own.has(orderId) || !elsewhere.has(orderId));
  return { region, snapshot: { ...snapshot, book } };
}

/** The stock of a region at this moment. */
export async function readStock({ platform, names }: Region): Promise<Pick<Snapshot, 'shards' | 'transfers'>> {
  return readTables(names, toClientConfig(platform));
}

/** When a worker of the region noted that another region did not answer. */
export async function readUnreachable({ platform }: Region): Promise<number[]> {
  const message = 'another region did not answer';
  const lines = await logLines<{ readonly timestamp: string }>(platform, { service: 'settlement', message });
  return lines.map(({ timestamp }) => Date.parse(timestamp));
}

const replicated = ['orders', 'events', 'counted', 'sales'] as const;

/** How a replica that has caught up differs from what its owner has. */
export function findDifferences(owner: Stores, replica: Stores, name: string): string[] {
  return replicated.flatMap((kind) => {
    const [own, copied] = [owner, replica].map((stores) => sortRows(stores[kind]));
    if (isDeepStrictEqual(own, copied)) return [];
    return [`${name}: ${owner[kind].length} ${kind}, and ${replica[kind].length} in the replica, or others`];
  });
}

const sortRows = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).toSorted();
