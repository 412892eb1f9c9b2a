import { orderRow, outboxRow, stockRow, supplyRow } from '../../../functions/adapters/single-partition/rows.ts';
import type { Row } from '../../../functions/adapters/single-partition/store.ts';
import { productRow } from '../../../functions/contracts/rows.ts';
import { countedOrder, salesRow } from '../../../functions/contracts/view.ts';
import { addSales } from '../../../functions/domain/sales.ts';
import type { SalesRow, Stores } from './snapshot.ts';

export interface PartitionRow extends Pick<Row, 'row' | 'value'> {
  readonly partition: string;
}

/** Parses all rows of a single-partition store. */
export function snapshotOfRows(rows: readonly PartitionRow[]): Stores {
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

function addSlots(rows: readonly PartitionRow[]): SalesRow[] {
  const periods = new Map<string, SalesRow>();
  for (const { row, value } of rows) {
    const [, sku = '', period = 'TOTAL'] = row.split('|');
    const sales = salesRow.parse(value);
    const sofar = periods.get(`${sku} ${period}`);
    periods.set(`${sku} ${period}`, { sku, period, ...(sofar ? addSales(sofar, sales) : sales) });
  }
  return [...periods.values()];
}
