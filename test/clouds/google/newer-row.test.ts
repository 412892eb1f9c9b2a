import type { firestore } from '../../../functions/adapters/google/firestore-client.ts';
import { orderPath, productPath, salesTotalPath, supplyPath } from '../../../functions/adapters/google/keys.ts';
import { orderLedger } from '../../../functions/adapters/google/ledger.ts';
import { orderStore } from '../../../functions/adapters/google/orders.ts';
import { productReader, productWriter } from '../../../functions/adapters/google/products.ts';
import { stockSupply } from '../../../functions/adapters/google/stock.ts';
import { salesReader } from '../../../functions/adapters/google/views.ts';
import { type RowKind, type RowStores, testUnreadableRows } from '../../support/unreadable-row.ts';

const pathsOf: Readonly<Record<RowKind, (row: Readonly<Record<string, unknown>>) => string>> = {
  product: ({ sku }) => productPath(String(sku)),
  order: ({ orderId }) => orderPath(String(orderId)),
  counters: ({ sku }) => salesTotalPath(String(sku), 0),
  supply: ({ sku, key }) => supplyPath(String(sku), String(key)),
};

/** The part of Firestore that finds a document by its path and refuses to create one twice. */
function database(): RowStores {
  const rows = new Map<string, object>();
  const read = (path: string) => ({ exists: rows.has(path), data: () => rows.get(path), id: path.split('/')[1] });
  const doc = (path: string) => ({
    path,
    get: async () => read(path),
    create: async () => Promise.reject(Object.assign(new Error('exists'), { code: 6 })),
  });
  const getAll = async (...docs: { path: string }[]) => docs.map(({ path }) => read(path));
  const db = { doc, getAll } as never as ReturnType<typeof firestore>;
  const products = { ...productReader(db), ...productWriter(db) };
  const ports = { orders: orderStore(db), products, stock: stockSupply(db) };
  return {
    ports: { ...ports, ledger: orderLedger(db), sales: salesReader(db) },
    put: async (kind, row) => void rows.set(pathsOf[kind]({ ...row }), row),
    dump: () => [...rows],
  };
}

testUnreadableRows(database);
