import { orderLedger } from '../../functions/adapters/partition/ledger.ts';
import { orderStore } from '../../functions/adapters/partition/orders.ts';
import { productReader, productWriter } from '../../functions/adapters/partition/products.ts';
import { mendProduct, relayEvents } from '../../functions/adapters/partition/relay.ts';
import { orderRow, outboxRow, productRow, stockRow, supplyRow } from '../../functions/adapters/partition/rows.ts';
import { stockLevels } from '../../functions/adapters/partition/stock.ts';
import type { PartitionStore, Row } from '../../functions/adapters/partition/store.ts';
import { stockSupply } from '../../functions/adapters/partition/supply.ts';
import { salesReader, salesViews } from '../../functions/adapters/partition/views.ts';
import { countedOrder, salesRow } from '../../functions/contracts/view.ts';
import { addSales } from '../../functions/domain/sales.ts';
import { countEvent, type ProjectionPorts } from '../../functions/projection/count-event.ts';
import type { SalesRow, Snapshot } from '../../scripts/check/snapshot.ts';

/** The stores' ports over partitions. */
export function partitionPorts(store: PartitionStore) {
  return {
    orders: orderStore(store),
    ledger: orderLedger(store),
    products: { ...productReader(store), ...productWriter(store) },
    views: salesViews(store),
    sales: salesReader(store),
    stock: { ...stockLevels(store), ...stockSupply(store) },
  };
}

/** What the timer does: it mends a product and hands on the events of its shards. */
export async function sweepProduct(store: PartitionStore, sku: string, ports: ProjectionPorts): Promise<void> {
  await mendProduct(store, sku);
  const { shardCount = 0 } = (await productReader(store).find(sku)) ?? {};
  for (let shard = 0; shard < shardCount; shard++) {
    await relayEvents(store, { sku, shard }, (event) => countEvent(event, ports));
  }
}

type Partitions = ReadonlyMap<string, ReadonlyMap<string, Row>>;

export function snapshotOfPartitions(partitions: Partitions): Omit<Snapshot, 'deadLetters'> {
  const rows = [...partitions].flatMap(([partition, content]) =>
    [...content.values()].map((row) => ({ partition, ...row })),
  );
  const ofKind = (partition: string, row: string) =>
    rows.filter((one) => one.partition.startsWith(partition) && one.row.startsWith(row));
  const events = [...ofKind('STOCK|', 'OUTBOX|'), ...ofKind('STOCK|', 'EVENT|')];
  return {
    products: ofKind('PRODUCT|', 'PRODUCT').map(({ value }) => productRow.parse(value)),
    orders: ofKind('ORDER|', 'ORDER').map(({ value }) => orderRow.parse(value).order),
    events: events.map(({ value }) => outboxRow.parse(value)),
    shards: ofKind('STOCK|', 'STOCK').map(({ partition, value }) => {
      const [, sku = '', shard] = partition.split('|');
      return { sku, shard: Number(shard), ...stockRow.parse(value) };
    }),
    supplies: ofKind('PRODUCT|', 'SUPPLY|').map(({ value }) => supplyRow.parse(value)),
    counted: ofKind('VIEW|', 'COUNTED|').map(({ value }) => countedOrder.parse(value)),
    sales: addSlots([...ofKind('VIEW|', 'TOTAL|'), ...ofKind('VIEW|', 'MINUTE|')]),
  };
}

function addSlots(rows: readonly Row[]): SalesRow[] {
  const periods = new Map<string, SalesRow>();
  for (const { row, value } of rows) {
    const [, sku = '', period = 'TOTAL'] = row.split('|');
    const sales = salesRow.parse(value);
    const sofar = periods.get(`${sku} ${period}`);
    periods.set(`${sku} ${period}`, { sku, period, ...(sofar ? addSales(sofar, sales) : sales) });
  }
  return [...periods.values()];
}
