import { addSales, noSales, salesSlot, salesSlots, toMinute } from '../../domain/sales.ts';
import type { SalesReader, SalesViews } from '../../ports/views.ts';
import type { MemoryState } from './state.ts';

export function salesReader({ sales, turn }: MemoryState): SalesReader {
  return {
    async toSales(sku) {
      await turn();
      const slots = Array.from({ length: salesSlots }, (_, slot) => sales.get(`${sku}#${slot}#TOTAL`) ?? noSales);
      return slots.reduce(addSales, noSales);
    },
  };
}

export function salesViews({ counted, sales, turn }: MemoryState): SalesViews {
  return {
    async counted(orderId) {
      await turn();
      return counted.get(orderId);
    },

    async count(next, previousVersion, change) {
      await turn();
      if (counted.get(next.orderId)?.version !== previousVersion) return 'stale';
      counted.set(next.orderId, next);
      for (const row of ['TOTAL', toMinute(next.acceptedAt)]) {
        const key = `${next.sku}#${salesSlot(next.orderId)}#${row}`;
        sales.set(key, addSales(sales.get(key) ?? noSales, change));
      }
      return 'committed';
    },
  };
}
