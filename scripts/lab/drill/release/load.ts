import { ShopClient } from '../../../sale/client.ts';
import type { DrillSystem } from '../drill.ts';
import { pace } from '../pace.ts';
import { type DrillSale, openSale } from '../sale.ts';

export interface Load {
  readonly sale: DrillSale;
  readonly rate: number;
  /** Places one order with a read, and sometimes a restock, so that every API function is called. */
  click(index: number, at: number): Promise<void>;
}

const restockEach = 10;

export async function openLoad(system: DrillSystem, rate: number): Promise<Load> {
  const sale = await openSale(system, 'release', [{ name: 'lamp', units: 1_000_000 }]);
  const [sku = ''] = sale.skus;
  const shop = new ShopClient(system.apiUrl, { afterFailure: true });
  const token = await system.issuer.token({ customer: 'clerk', admin: true });
  let restocks = 0;
  return {
    sale,
    rate,
    click: async (index, at) => {
      const order = sale.order({ sku, at, patienceMs: 60_000 });
      const path = index % 2 === 0 ? `/products/${sku}` : `/products/${sku}/stock`;
      const read = shop.call({ method: 'GET', path });
      const restock = index % restockEach === 0 && shop.restock(token, sku, `release-restock-${restocks++}`, 1);
      await Promise.all([order, read, restock]);
    },
  };
}

/** @returns a handle whose `end` stops the load and waits for the last call */
export function beginLoad({ rate, click }: Load): { end(): Promise<void> } {
  let goesOn = true;
  const all = pace(rate, () => goesOn, click);
  return {
    end: async () => {
      goesOn = false;
      await all;
    },
  };
}
