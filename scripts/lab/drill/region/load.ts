import { setTimeout as sleep } from 'node:timers/promises';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Platform } from '../../../platform/platform.ts';
import { seed } from '../../../sale/seed.ts';
import type { Backlog } from './backlog.ts';
import type { RegionCustomers } from './customers.ts';

export interface RegionSale {
  readonly skus: readonly string[];
  /** Units per product; the home region has all of them at first, as after a restock. */
  readonly units: readonly number[];
  /** Places this many orders, at a rate that the workers of this machine can follow. */
  place(orders: number, customers: RegionCustomers, at?: readonly Deed[]): Promise<void>;
}

export interface Deed {
  /** The act starts when this share of the orders is placed, 0 to 1. */
  readonly share: number;
  readonly act: () => unknown;
}

/** Supply as a share of demand: one product sells out during the cut, and all do in the end. */
const supplyShares = [0.3, 0.7, 0.9];
const customerCount = 300;
/** More concurrent requests would only queue in the API, and hide the recovery after a loss. */
const mostUnderWay = 12;

/** @param rate maximum orders per second */
export async function openRegionSale(
  home: Platform,
  { orders, rate, backlog }: { readonly orders: number; readonly rate: number; readonly backlog: Backlog },
): Promise<RegionSale> {
  const run = Date.now().toString(36);
  const skus = supplyShares.map((_, index) => `lamp-${index}-${run}`);
  const demand = orders / skus.length;
  const units = supplyShares.map((share) => Math.max(4, Math.floor(demand * share)));
  const about = { name: 'lamp', unitPrice: 1_999, currency: 'EUR', peakOrdersPerSecond: 200 } as const;
  await seed(
    home,
    skus.map((sku, index) => ({ ...about, sku, units: units[index] ?? 0 })),
  );
  const random = xoroshiro128plus(1);
  let count = 0;
  return {
    skus,
    units,
    place: async (some, customers, deeds = []) => {
      const waiting = deeds.toSorted((a, b) => a.share - b.share);
      const all: Promise<unknown>[] = [];
      for (let placed = 0; placed < some; placed++) {
        while (waiting[0] && placed >= waiting[0].share * some) all.push(Promise.resolve(waiting.shift()?.act()));
        await sleep(1_000 / rate);
        while (backlog.isHigh() || customers.underWay() > mostUnderWay) await sleep(50);
        const index = count++;
        const sku = skus[Math.floor(uniformFloat64(random) * skus.length)] ?? '';
        const wish = { customer: `customer-${index % customerCount}`, key: `${run}-${index}`, sku, quantity: 1 };
        all.push(customers.order(wish, Date.now()));
      }
      await Promise.all(all);
    },
  };
}
