import type { firestore } from '../../../functions/adapters/google/firestore-client.ts';
import type { Subscriptions } from '../../../functions/adapters/google/subscriptions.ts';
import { eventRow, readOrder, readProduct, stockRow, supplyRow } from '../../../functions/contracts/rows.ts';
import { countedOrder, salesRow } from '../../../functions/contracts/view.ts';
import { addSales } from '../../../functions/domain/sales.ts';
import type { SalesRow, Stores } from '../../sale/check/snapshot.ts';
import { deadLetterSubscriptions } from './topology.ts';

type Database = ReturnType<typeof firestore>;

/** Reads all collections. */
export async function readCollections(db: Database): Promise<Stores> {
  const names = ['orders', 'events', 'stock', 'supplies', 'catalog', 'counted', 'salesTotals', 'salesMinutes'] as const;
  const read = await Promise.all(names.map(async (name) => [name, (await db.collection(name).get()).docs] as const));
  const rows = Object.fromEntries(read) as Record<(typeof names)[number], (typeof read)[number][1]>;
  return {
    products: rows.catalog.map((row) => readProduct(row.data())),
    orders: rows.orders.map((row) => readOrder(row.data()).order),
    events: rows.events.map((row) => eventRow.parse(row.data())),
    shards: rows.stock.map((row) => {
      const [sku = '', shard] = row.id.split('#');
      return { sku, shard: Number(shard), ...stockRow.parse(row.data()) };
    }),
    supplies: rows.supplies.map((row) => supplyRow.parse(row.data())),
    counted: rows.counted.map((row) => countedOrder.parse(row.data())),
    sales: addSlots([...rows.salesTotals, ...rows.salesMinutes]),
  };
}

function addSlots(rows: readonly { readonly id: string; data(): unknown }[]): SalesRow[] {
  const periods = new Map<string, SalesRow>();
  for (const row of rows) {
    const [sku = '', , period = 'TOTAL'] = row.id.split('#');
    const sales = salesRow.parse(row.data());
    const before = periods.get(`${sku} ${period}`);
    periods.set(`${sku} ${period}`, { sku, period, ...(before ? addSales(before, sales) : sales) });
  }
  return [...periods.values()];
}

const peekMs = 1_000;
const maxPerPull = 1_000;

/** Reads the dead letters without removing them. */
export async function readDeadLetters(subscriptions: Subscriptions): Promise<string[]> {
  const letters = await Promise.all(
    deadLetterSubscriptions.map((name) => subscriptions.pull(name, maxPerPull, peekMs)),
  );
  await Promise.all(letters.flat().map((letter) => letter.hide(0)));
  return letters.flat().map((letter) => letter.body);
}
