import type { Platform } from '../../platform/platform.ts';
import { ShopClient } from '../../sale/client.ts';
import { waitUntilQuiet } from '../../sale/deployed-quiescence.ts';
import { cachedTokens, type Placing, placeOrders } from '../../sale/place-orders.ts';
import { seed } from '../../sale/seed.ts';
import { planOrders } from '../../sale/workload.ts';

export interface PlainSale {
  readonly sku: string;
  readonly orders: number;
  readonly seed: number;
  readonly concurrency: number;
  readonly onPlaced?: (done: number) => void;
}

/** Sells one product, a unit an order, without repetitions or cancels, until every order has ended. */
export async function sellPlainly(platform: Platform, sale: PlainSale): Promise<Placing & { readonly ms: number }> {
  const { sku, orders, onPlaced, concurrency } = sale;
  const product = { sku, name: 'Bench', unitPrice: 100, currency: 'EUR', peakOrdersPerSecond: 800 } as const;
  await seed(platform, [{ ...product, units: orders }]);
  const plain = { largestQuantity: 1, repeatShare: 0, cancelShare: 0 };
  const plan = planOrders({ orders, seed: sale.seed, skus: [sku], ...plain });
  const begun = performance.now();
  const tokenOf = cachedTokens(platform.issuer);
  const shop = new ShopClient(platform.apiUrl);
  const placing = await placeOrders(shop, plan, { concurrency, tokenOf, ...(onPlaced && { onPlaced }) });
  await waitUntilQuiet(platform, 0, { withinMs: 300_000 });
  return { ...placing, ms: performance.now() - begun };
}
