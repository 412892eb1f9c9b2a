import { orderLedger } from './ledger.ts';
import { openOrders } from './open-orders.ts';
import { orderStore } from './orders.ts';
import { productReader, productWriter } from './products.ts';
import { stockLevels } from './stock.ts';
import type { PartitionStore } from './store.ts';
import { stockSupply } from './supply.ts';
import { salesReader, salesViews } from './views.ts';

/** All store ports over one partition store. */
export function partitionPorts(store: PartitionStore) {
  return {
    orders: orderStore(store),
    open: openOrders(store),
    ledger: orderLedger(store),
    products: { ...productReader(store), ...productWriter(store) },
    stock: { ...stockLevels(store), ...stockSupply(store) },
    views: salesViews(store),
    sales: salesReader(store),
  };
}
