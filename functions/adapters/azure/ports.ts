import { orderLedger } from '../partition/ledger.ts';
import { orderStore } from '../partition/orders.ts';
import { productReader, productWriter } from '../partition/products.ts';
import { stockLevels } from '../partition/stock.ts';
import type { PartitionStore } from '../partition/store.ts';
import { stockSupply } from '../partition/supply.ts';
import { salesReader, salesViews } from '../partition/views.ts';

/** The stores' ports over one table. */
export function storePorts(store: PartitionStore) {
  return {
    orders: orderStore(store),
    ledger: orderLedger(store),
    products: { ...productReader(store), ...productWriter(store) },
    stock: { ...stockLevels(store), ...stockSupply(store) },
    views: salesViews(store),
    sales: salesReader(store),
  };
}
