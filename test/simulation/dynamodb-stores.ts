import { orderLedger } from '../../functions/adapters/aws/ledger.ts';
import { orderStore } from '../../functions/adapters/aws/orders.ts';
import { productReader, productWriter } from '../../functions/adapters/aws/products.ts';
import { stockLevels, stockSupply } from '../../functions/adapters/aws/stock.ts';
import { salesViews } from '../../functions/adapters/aws/views.ts';
import type { StoredEvent } from '../../functions/contracts/order-event.ts';
import { eventRow } from '../../functions/contracts/rows.ts';
import type { Tables } from '../../scripts/dynamodb/tables.ts';
import { simulateTables } from '../../scripts/lab/simulation/dynamodb/client.ts';
import type { Call, CallMaker } from '../../scripts/lab/simulation/world/calls.ts';
import { type Process, Scheduler } from '../../scripts/lab/simulation/world/scheduler.ts';
import type { Retention } from '../../scripts/sale/check/retention.ts';
import { readRows } from '../../scripts/sale/check/table-rows.ts';
import type { Contents, CorruptibleSystem, Hands, Kind } from '../support/corruption/system.ts';

/** The real AWS adapters over simulated tables that answer at once. By default, rows are kept for ever. */
export function dynamodbStores(retention?: Retention): CorruptibleSystem & { readonly tables: Tables } {
  const events: StoredEvent[] = [];
  const tables = simulateTables(new Immediate(), (_, before, { sk, ...row }) => {
    if (!before && String(sk).startsWith('EVENT#')) events.push(eventRow.parse(row));
  });
  return {
    tables,
    stored: tables.rows,
    ports: {
      orders: orderStore('orders'),
      ledger: orderLedger({ orders: 'orders', stock: 'stock' }, { days: retention?.days }),
      products: { ...productReader('catalog', { consistent: true }), ...productWriter('catalog') },
      stock: { ...stockLevels('stock'), ...stockSupply({ stock: 'stock', catalog: 'catalog' }) },
      views: salesViews('views', async () => ''),
    },
    hands: handsOn(tables),
    async drain(hand) {
      for (const event of events.splice(0)) await hand(event);
    },
    stores: () =>
      readRows(
        {
          orderRows: tables.all('orders'),
          stockRows: tables.all('stock'),
          products: tables.all('catalog'),
          viewRows: tables.all('views'),
        },
        retention,
      ),
  };
}

const newest = { conflict: false, pick: 0.9999 };

class Immediate implements CallMaker {
  readonly scheduler = new (class extends Scheduler {
    override after(_ms: number, _owner: Process | undefined, run: () => void) {
      run();
      return { cancelled: false };
    }
  })(0);

  refuse(text: string): Error {
    return new Error(text);
  }

  make<Answer>(call: Call<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      call.execute((outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)), newest);
    });
  }
}

interface Place {
  readonly table: string;
  readonly pk: string;
  readonly sk?: string;
}

const places: { readonly [K in Exclude<Kind, 'listed' | 'open'>]: (content: Contents[K]) => Place } = {
  order: ({ orderId }) => ({ table: 'orders', pk: `ORDER#${orderId}`, sk: 'ORDER' }),
  event: ({ order: { orderId, version } }) => ({ table: 'orders', pk: `ORDER#${orderId}`, sk: `EVENT#${version}` }),
  guard: ({ orderId }) => ({ table: 'views', pk: `ORDER#${orderId}`, sk: 'COUNTED' }),
  counter: ({ sku, slot, period }) => ({
    table: 'views',
    pk: `SALES#${sku}#${slot}`,
    sk: period === 'TOTAL' ? period : `MINUTE#${period}`,
  }),
  shard: ({ sku, shard }) => ({ table: 'stock', pk: `STOCK#${sku}#${shard}` }),
  holding: ({ sku, customer }) => ({ table: 'stock', pk: `HOLDING#${sku}#${customer}` }),
  supply: ({ sku, key }) => ({ table: 'stock', pk: `SUPPLY#${sku}#${key}` }),
  product: ({ sku }) => ({ table: 'catalog', pk: `PRODUCT#${sku}` }),
};

function handsOn(tables: Tables): Hands {
  return {
    put(kind, content, at = content) {
      if (kind === 'listed') return;
      if (kind === 'open') return putOpen(tables, at as Contents['open'], String((content as Contents['open']).bucket));
      const { table, name, ...key } = placeOf(kind, at);
      const before = tables.rows.get(table)?.get(name);
      tables.rows.get(table)?.set(name, { ...before, ...content, ...key });
    },
    remove(kind, at) {
      if (kind === 'listed') return;
      if (kind === 'open') return putOpen(tables, at as Contents['open'], undefined);
      const { table, name } = placeOf(kind, at);
      tables.rows.get(table)?.delete(name);
    },
  };
}

function placeOf(kind: keyof typeof places, content: unknown) {
  const { table, ...key } = (places[kind] as (content: unknown) => Place)(content);
  return { table, name: key.sk === undefined ? key.pk : `${key.pk} ${key.sk}`, ...key };
}

/** The index holds the rows that have the attribute. */
function putOpen(tables: Tables, { orderId }: Contents['open'], open: string | undefined): void {
  const name = `ORDER#${orderId} ORDER`;
  const { open: _, ...row } = tables.rows.get('orders')?.get(name) ?? {};
  tables.rows.get('orders')?.set(name, open === undefined ? row : { ...row, open });
}
