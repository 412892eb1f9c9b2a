import { isDeepStrictEqual } from 'node:util';
import { partnerClient } from '../../../platform/partner/client.ts';
import type { Platform } from '../../../platform/platform.ts';
import { readDeadLetters, readTables, type StoreNames } from '../../../sale/check/read-stores.ts';
import type { RegionSnapshot } from '../../../sale/check/region-checks.ts';
import type { Snapshot, Stores } from '../../../sale/check/snapshot.ts';
import { storeNamesOf, toClientConfig } from '../../../sale/deployed-quiescence.ts';
import { logLines } from '../../../sale/function-log.ts';
import { type QuietStores, untilQuiet } from '../../../sale/quiescence.ts';

/** A region of the run. */
export interface Region {
  readonly platform: Platform;
  readonly isHome: boolean;
  readonly names: StoreNames;
}

/** @param platforms home first */
export function toRegions(platforms: readonly Platform[]): Region[] {
  const [home] = platforms.map(storeNamesOf);
  return platforms.map((platform, index) => {
    // Only the home region's stack has a catalog; its replica has the same name.
    const names = { ...storeNamesOf(platform), catalogTable: home?.catalogTable ?? '' };
    return { platform, isHome: index === 0, names };
  });
}

const withinMs = 180_000;
const partnerOf = ({ platform }: Region) => partnerClient(platform.partnerUrl);

/** Reads a region's replica of another region's orders and views. */
export function readReplica({ platform, names }: Region, owner: Region): Promise<Stores> {
  const { ordersTable, viewsTable } = owner.names;
  return readTables({ ...names, ordersTable, viewsTable }, toClientConfig(platform));
}

/** Reads the region's own stores once all its orders are final, or nothing has changed for a while. */
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

/** The partner's book covers all regions. Keeps a region's own orders, and orders that no region has. */
export function withOwnBook({ region, snapshot }: RegionSnapshot, elsewhere: ReadonlySet<string>): RegionSnapshot {
  const own = new Set(snapshot.orders.map(({ orderId }) => orderId));
  const book = (snapshot.book ?? []).filter(({ orderId }) => own.has(orderId) || !elsewhere.has(orderId));
  return { region, snapshot: { ...snapshot, book } };
}

/** Reads the region's current stock. */
export async function readStock({ platform, names }: Region): Promise<Pick<Snapshot, 'shards' | 'transfers'>> {
  return readTables(names, toClientConfig(platform));
}

/** Times at which a worker of the region logged that another region did not answer, in epoch milliseconds. */
export async function readUnreachable({ platform }: Region): Promise<number[]> {
  const message = 'another region did not answer';
  const lines = await logLines<{ readonly timestamp: string }>(platform, { service: 'settlement', message });
  return lines.map(({ timestamp }) => Date.parse(timestamp));
}

const replicated = ['orders', 'events', 'counted', 'sales'] as const;

/** Compares a replica that has caught up with its owner's rows. */
export function findDifferences(owner: Stores, replica: Stores, name: string): string[] {
  return replicated.flatMap((kind) => {
    const [own, copied] = [owner, replica].map((stores) => sortRows(stores[kind]));
    if (isDeepStrictEqual(own, copied)) return [];
    return [`${name}: ${kind} differ: ${owner[kind].length} in the region, ${replica[kind].length} in its replica`];
  });
}

const sortRows = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).toSorted();
