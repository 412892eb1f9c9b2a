import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { z } from 'zod';
import { orderRow, productRow, stockRow, transferRow } from '../../../functions/contracts/rows.ts';
import { keyPrefixes } from '../../../functions/contracts/table-keys.ts';
import type { OrderState } from '../../../functions/domain/order-states.ts';
import type { Product } from '../../../functions/domain/product.ts';
import type { Transfer } from '../../../functions/ports/transfers.ts';
import { type Cell, inRegion } from '../../../stacks/model/stages/regions.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { tableName } from '../../../stacks/model/table-shapes.ts';
import { liveRows } from '../../sale/check/generations.ts';
import { type ClientConfig, scanTable } from '../../sale/check/read-stores.ts';
import { keptRows } from '../../sale/check/retention.ts';
import type { TableRow } from '../../sale/check/table-rows.ts';
import { readExpiredUnits, toRetention } from '../rebuild/expired.ts';
import { rowName, type ViewRow, type Views } from '../rebuild/fold.ts';

export interface RegionOrder {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly state: OrderState;
}

/** A region's stock, by its own tables. */
export interface RegionStock {
  /** Units by SKU. */
  readonly left: ReadonlyMap<string, number>;
  /** Units by SKU that belong to the region: left or in its orders. */
  readonly allocated: ReadonlyMap<string, number>;
  /** Transfers sent by the region. */
  readonly sent: readonly Transfer[];
  /** Ids of transfers that the region received. */
  readonly received: ReadonlySet<string>;
}

export interface ReadRegion {
  readonly region: string;
  /** Undefined: the region did not answer. */
  readonly stock: RegionStock | undefined;
  /** If the region did not answer: the orders replicated to other regions. */
  readonly orders: readonly RegionOrder[];
  /** Units by SKU in orders that have expired; none where orders are kept for ever. */
  readonly expired?: Readonly<Record<string, number>>;
}

export interface ReadRegions {
  readonly regions: readonly ReadRegion[];
  readonly products: readonly Pick<Product, 'sku' | 'supplied' | 'shardCount'>[];
}

/**
 * Reads all rows of stock and orders of each region, and the catalog. Writes of a lost region are read from their
 * copies in other regions.
 *
 * @throws the last error when no region answers
 */
export async function readRegions(stage: Stage, config: ClientConfig, onStep: (text: string) => void) {
  const cells = stage.regions.map((region) => inRegion(stage, region));
  const stocks = new Map<Cell, RegionStock | undefined>();
  let failure: unknown;
  for (const cell of cells) {
    onStep(`reading the stock of ${cell.region}`);
    const stock = await readStock(cell, config).catch((error: unknown) => {
      failure = error;
      return undefined;
    });
    stocks.set(cell, stock);
  }
  const alive = cells.filter((cell) => stocks.get(cell));
  const [first] = alive;
  if (!first) throw failure;
  const regions: ReadRegion[] = [];
  for (const cell of cells) {
    onStep(`reading the orders of ${cell.region}`);
    const reader = alive.includes(cell) ? cell : first;
    const rows = await scan(config, reader, tableName(cell, 'orders'));
    const retention = toRetention(stage.retention?.days);
    // Without these units, an expired order of a lost region would look like stock that can be brought home.
    const readViews = async () => toViews(await scan(config, reader, tableName(cell, 'views')));
    regions.push({
      ...{ region: cell.region ?? '', stock: stocks.get(cell) },
      orders: parsed(orderRow, [...keptRows(rows, retention)], 'ORDER'),
      ...(retention && { expired: await readExpiredUnits(readViews, retention) }),
    });
  }
  const products = parsed(productRow, await scan(config, first, tableName(first, 'catalog')));
  return { regions, products } satisfies ReadRegions;
}

async function readStock(cell: Cell, config: ClientConfig): Promise<RegionStock> {
  const rows = await scan(config, cell, tableName(cell, 'stock'));
  const of = (prefix: string) => rows.filter(({ pk }) => String(pk).startsWith(prefix));
  const [left, allocated] = [new Map<string, number>(), new Map<string, number>()];
  for (const row of of(keyPrefixes.stock)) {
    const [sku = ''] = String(row.pk).slice(keyPrefixes.stock.length).split('#');
    const level = stockRow.parse(row);
    left.set(sku, (left.get(sku) ?? 0) + level.left);
    allocated.set(sku, (allocated.get(sku) ?? 0) + level.allocated);
  }
  return {
    left,
    allocated,
    sent: parsed(transferRow, of(keyPrefixes.transfer)),
    received: new Set(parsed(transferRow, of(keyPrefixes.received)).map(({ id }) => id)),
  };
}

function toViews(rows: readonly TableRow[]): Views {
  return new Map(liveRows(rows).map((row) => [rowName(row as ViewRow), row as ViewRow]));
}

/** Skips rows that this version cannot read. */
function parsed<Schema extends z.ZodType>(schema: Schema, rows: readonly TableRow[], sk?: string): z.infer<Schema>[] {
  return rows.filter((row) => sk === undefined || row.sk === sk).flatMap((row) => schema.safeParse(row).data ?? []);
}

/** Timeouts for a lost region, which never answers. */
const patience = { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true };

async function scan(config: ClientConfig, { region }: Cell, TableName: string): Promise<TableRow[]> {
  const own = { ...config, region: region ?? config.region, requestHandler: patience, maxAttempts: 2 };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(own));
  try {
    return await scanTable(client, TableName);
  } finally {
    client.destroy();
  }
}
