import { stockSeconds } from '../../../functions/contracts/cache-control.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import type { Shop } from '../profile/schema.ts';
import { originRate, tabulate, zipfShares } from './cdn.ts';
import type { UsageCounter } from './usage.ts';

export const plannedRoutes = [
  'getProduct',
  'getStock',
  'listProducts',
  'getOrder',
  'placeOrder',
  'cancelOrder',
] as const;
export type PlannedRoute = (typeof plannedRoutes)[number];
export type Requests = Record<PlannedRoute, number>;

export interface Browsing {
  readonly productReads: number;
  readonly stockReads: number;
  readonly pageBytes: number;
}

interface Shelves {
  readonly shop: Shop;
  readonly stage: Stage;
  readonly constants: Browsing;
  readonly usage: UsageCounter;
  /** Body of a post. */
  readonly uploadBytes: number;
  /** Number of caches between the customers and the origin. */
  readonly caches: number;
}

/** Customers' requests to the API that the CDN does not answer. */
export class Visitors {
  readonly #shelves: Shelves;
  readonly #origin: ReturnType<typeof toOrigin>;

  constructor(shelves: Shelves, peakOrders: number) {
    this.#shelves = shelves;
    this.#origin = toOrigin(shelves, peakOrders);
  }

  ask(orders: number, seconds: number): Requests {
    const { shop, usage, constants, uploadBytes } = this.#shelves;
    const pages = orders * shop.browsePerOrder;
    const { productReads, stockReads, pageBytes } = constants;
    const perSecond = pages / seconds;
    const asked = {
      getProduct: this.#origin.getProduct(perSecond * productReads) * seconds,
      getStock: this.#origin.getStock(perSecond * stockReads) * seconds,
      listProducts: this.#origin.listProducts(perSecond * Math.max(0, 1 - productReads - stockReads)) * seconds,
      getOrder: orders * shop.statusReadsPerOrder,
      placeOrder: orders * (1 + shop.repeatPosts),
      cancelOrder: orders * shop.cancels,
    };
    const uncached = asked.getOrder + asked.placeOrder + asked.cancelOrder;
    usage.cdnRequests += pages + uncached;
    usage.cdnBytes += (pages + uncached) * pageBytes;
    usage.uploadBytes += asked.placeOrder * uploadBytes;
    return asked;
  }
}

function toOrigin({ shop, stage, caches }: Shelves, peakOrders: number) {
  const { edgeSeconds } = stage.caching.product;
  const products = popularity(shop);
  const max = peakOrders * shop.browsePerOrder * 2;
  const one = new Float64Array([1]);
  return {
    getProduct: tabulate((rate) => originRate(products, rate, edgeSeconds, caches), max),
    getStock: tabulate((rate) => originRate(products, rate, stockSeconds, caches), max),
    listProducts: tabulate((rate) => originRate(one, rate, edgeSeconds, caches), max),
  };
}

/** Products of a higher rank are as rarely read as this one. */
const mostRanks = 2_000;

/** Shares of the products: equal for the hot ones, by Zipf's law for the others. */
function popularity({ products, hot, popularity: { zipf } }: Shop): Float64Array {
  const hotProducts = Math.min(hot.products, products);
  const rest = zipfShares(Math.max(1, Math.min(products - hotProducts, mostRanks)), zipf);
  return Float64Array.from([
    ...Array.from({ length: hotProducts }, () => hot.share / hotProducts),
    ...(products > hotProducts ? rest.map((share) => share * (1 - hot.share)) : []),
  ]);
}
