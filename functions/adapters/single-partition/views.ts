import { countedOrder, salesRow } from '../../contracts/view.ts';
import { addSales, noSales, salesSlot, salesSlots, toMinute } from '../../domain/sales.ts';
import type { SalesReader, SalesViews } from '../../ports/views.ts';
import { countedRowKey, minuteRowKey, totalRowKey, viewPartition } from './keys.ts';
import { parseRow } from './rows.ts';
import type { PartitionStore, Write } from './store.ts';

export function salesReader(store: PartitionStore): SalesReader {
  return {
    async toSales(sku) {
      const slots = Array.from({ length: salesSlots }, (_, slot) => viewPartition(slot));
      const rows = await Promise.all(slots.map((slot) => store.read(slot, totalRowKey(sku))));
      return rows.map((row) => parseRow(salesRow, row)?.value ?? noSales).reduce(addSales, noSales);
    },
  };
}

/** An order always moves the same slot, so its guard and its counters share a partition. */
export function salesViews(store: PartitionStore): SalesViews {
  const counted = async (orderId: string) =>
    parseRow(countedOrder, await store.read(viewPartition(salesSlot(orderId)), countedRowKey(orderId)));
  return {
    async counted(orderId) {
      return (await counted(orderId))?.value;
    },

    async count(next, previousVersion, change) {
      const partition = viewPartition(salesSlot(next.orderId));
      const guard = await counted(next.orderId);
      if (guard?.value.version !== previousVersion) return 'stale';
      const writes = [upsert(countedRowKey(next.orderId), next, guard?.etag)];
      for (const row of [totalRowKey(next.sku), minuteRowKey(next.sku, toMinute(next.acceptedAt))]) {
        const sales = parseRow(salesRow, await store.read(partition, row));
        writes.push(upsert(row, addSales(sales?.value ?? noSales, change), sales?.etag));
      }
      return (await store.write(partition, writes)) === 'written' ? 'committed' : 'conflict';
    },
  };
}

function upsert(row: string, value: object, etag: string | undefined): Write {
  return etag === undefined ? { kind: 'insert', row, value } : { kind: 'replace', row, value, etag };
}
