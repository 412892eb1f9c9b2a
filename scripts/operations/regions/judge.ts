import { isOpen } from '../../../functions/domain/order.ts';
import type { ReadRegion, ReadRegions, RegionOrder, RegionStock } from './read.ts';

/** A product's units by region. Numbers are undefined for a region that did not answer. */
export interface ProductUnits {
  readonly sku: string;
  readonly supplied: number;
  readonly shardCount: number;
  readonly regions: readonly {
    readonly region: string;
    readonly left: number | undefined;
    /** In orders that were confirmed and not cancelled, present or expired. */
    readonly held: number;
  }[];
  /** Sent by a region, and not yet received. */
  readonly underWay: number;
  /** Units of a region that did not answer, except those in its known orders. */
  readonly stranded: number;
}

export interface Judged {
  readonly products: readonly ProductUnits[];
  readonly lost: readonly string[];
  /** Open orders of regions that did not answer. */
  readonly unfinished: readonly (RegionOrder & { readonly region: string })[];
  /** Orders that are live in more than one region: their units were taken more than once. */
  readonly doubled: readonly (RegionOrder & { readonly regions: readonly string[] })[];
  /** Violations. */
  readonly wrong: readonly string[];
}

export function judgeRegions({ regions, products: known }: ReadRegions): Judged {
  const lost = regions.filter(({ stock }) => !stock).map(({ region }) => region);
  const products = known.map((product) => placeUnits(product, regions));
  return {
    products,
    lost,
    unfinished: regions.flatMap(({ region, stock, orders }) =>
      stock ? [] : orders.filter(isOpen).map((order) => ({ ...order, region })),
    ),
    doubled: findDoubled(regions),
    wrong: products.flatMap((product) => findWrong(product, regions)),
  };
}

function placeUnits(product: ReadRegions['products'][number], regions: readonly ReadRegion[]): ProductUnits {
  const { sku, supplied, shardCount } = product;
  const alive = regions.flatMap(({ stock }) => stock ?? []);
  const arrived = new Set(alive.flatMap(({ received }) => [...received]));
  const sentTo = new Map(regions.map(({ region, stock }) => [region, stock]));
  // It is unknown whether a lost region received a transfer, so those units count as stranded there.
  const underWay = alive
    .flatMap(({ sent }) => sent)
    .filter((one) => one.sku === sku && !arrived.has(one.id) && sentTo.get(one.to))
    .reduce((sum, { quantity }) => sum + quantity, 0);
  const placed = regions.map((region) => ({
    region: region.region,
    left: region.stock && (region.stock.left.get(sku) ?? 0),
    held: heldIn(region, sku),
  }));
  const known = placed.reduce((sum, { left = 0, held }) => sum + left + held, underWay);
  return { sku, supplied, shardCount, regions: placed, underWay, stranded: supplied - known };
}

const holds: readonly string[] = ['CONFIRMED', 'FULFILLING', 'FULFILLED'];

const heldIn = ({ orders, expired = {} }: ReadRegion, sku: string) =>
  orders
    .filter((one) => one.sku === sku && holds.includes(one.state))
    .reduce((sum, { quantity }) => sum + quantity, expired[sku] ?? 0);

function findDoubled(regions: readonly ReadRegion[]): Judged['doubled'] {
  const live = regions.flatMap(({ region, orders }) =>
    orders.filter(({ state }) => holds.includes(state)).map((order) => ({ ...order, region })),
  );
  return [...Map.groupBy(live, ({ orderId }) => orderId).values()].flatMap((same) => {
    const [first] = same;
    return first && same.length > 1 ? [{ ...first, regions: same.map(({ region }) => region) }] : [];
  });
}

function findWrong({ sku, supplied, stranded }: ProductUnits, regions: readonly ReadRegion[]): string[] {
  const missing = regions.some(({ stock }) => !stock);
  const levels = regions.flatMap((region) => (region.stock ? findLevel(sku, region, region.stock) : []));
  if (stranded < 0) return [...levels, `${sku}: ${-stranded} units more than the ${supplied} that were supplied`];
  if (stranded > 0 && !missing) return [...levels, `${sku}: ${stranded} of ${supplied} units are nowhere`];
  return levels;
}

/** Units that belong to a region must be in its stock or in its orders. */
function findLevel(sku: string, region: ReadRegion, stock: RegionStock): string[] {
  const belongs = stock.allocated.get(sku) ?? 0;
  const found = (stock.left.get(sku) ?? 0) + heldIn(region, sku);
  return found === belongs
    ? []
    : [`${sku} in ${region.region}: ${found} units left or in orders, ${belongs} belong there`];
}
