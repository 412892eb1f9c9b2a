import { holdingKey, stockKey, supplyKey } from '../../../functions/adapters/aws/keys.ts';
import { holdingRow, productRow, stockRow, supplyRow } from '../../../functions/contracts/rows.ts';
import { isSold, type Order } from '../../../functions/domain/order.ts';
import type { Product } from '../../../functions/domain/product.ts';
import { spread } from '../../../functions/domain/stock.ts';
import type { Supply } from '../../../functions/ports/stock.ts';
import { byName, type Difference, type Row, rowName } from './rows.ts';

/** Supplies and products, as far as the rows contain them. */
export interface Supplies {
  readonly stock: Map<string, Row>;
  readonly catalog: Map<string, Row>;
  /** Units supplied to each shard, by key. */
  readonly allocated: ReadonlyMap<string, number>;
  readonly products: ReadonlyMap<string, Product>;
  readonly differences: readonly Difference[];
}

/** Units of expired orders, by the key of the row that has to keep them. */
export interface ExpiredUnits {
  readonly shards: ReadonlyMap<string, number>;
  readonly holdings: ReadonlyMap<string, number>;
}

/**
 * A product's total and its supplies are written together, in two tables: the later table has what the other lost.
 *
 * @param run becomes part of the keys of supplies whose own key is lost
 */
export function mendSupplies(stockRows: Iterable<Row>, catalogRows: Iterable<Row>, run: string, at: string): Supplies {
  const [stock, catalog] = [byName(stockRows), byName(catalogRows)];
  const differences: Difference[] = [];
  const allocated = new Map<string, number>();
  const products = new Map<string, Product>();
  for (const [name, row] of catalog) {
    const product = productRow.safeParse(row);
    if (!product.success) {
      differences.push({ row: name, reason: 'is unreadable in the backup', mended: false });
      continue;
    }
    products.set(product.data.sku, product.data);
  }
  const supplies = takeSupplies(stock, differences);
  const bySku = Map.groupBy(supplies, ({ sku }) => sku);
  for (const product of products.values()) {
    const { sku, supplied, shardCount } = product;
    const own = bySku.get(sku) ?? [];
    const lost = supplied - own.reduce((sum, { quantity }) => sum + quantity, 0);
    const fresh = lost > 0 ? [{ sku, key: `restored-${run}`, quantity: lost, at }] : [];
    for (const supply of fresh)
      stock.set(supplyKey(sku, supply.key).pk, { ...supplyKey(sku, supply.key), v: 1, ...supply });
    if (lost > 0) differences.push(lostSupply(sku, lost));
    if (lost < 0) {
      const row = catalog.get(`PRODUCT#${sku}`);
      if (row) catalog.set(rowName(row), { ...row, supplied: supplied - lost });
      const reason = `its total of ${supplied} units is older than its supplies: raised to ${supplied - lost}`;
      differences.push({ row: `PRODUCT#${sku}`, reason, mended: true });
    }
    for (const { quantity } of [...own, ...fresh])
      for (const part of spread(quantity, shardCount)) {
        const { pk } = stockKey(sku, part.shard);
        allocated.set(pk, (allocated.get(pk) ?? 0) + part.quantity);
      }
  }
  for (const sku of bySku.keys())
    if (!products.has(sku))
      differences.push({ row: `PRODUCT#${sku}`, reason: 'has supplies, but no product', mended: false });
  return { stock, catalog, allocated, products, differences };
}

/** An unreadable supply is replaced like a lost one, since the product's total contains its units. */
function takeSupplies(stock: Map<string, Row>, differences: Difference[]): Supply[] {
  return [...stock].flatMap(([name, row]) => {
    if (!row.pk.startsWith('SUPPLY#')) return [];
    const parsed = supplyRow.safeParse(row);
    if (parsed.success) return [parsed.data];
    stock.delete(name);
    differences.push({ row: name, reason: 'is unreadable: left out, like a lost row', mended: true });
    return [];
  });
}

function lostSupply(sku: string, units: number): Difference {
  const reason = `restocks of ${units} units are lost: one supply replaces them, so a retry with their key would add units again`;
  return { row: `SUPPLY#${sku}`, reason, mended: true };
}

/** Products only grow: if there are two images, the higher version or the larger supply is the newer one. */
export function mendCatalog(restored: Iterable<Row>, images: Iterable<Row>): Row[] {
  const rows = byName(restored);
  for (const image of images) {
    const [fresh, known] = [productRow.safeParse(image), productRow.safeParse(rows.get(rowName(image)))];
    if (!fresh.success) continue;
    const { version, supplied } = fresh.data;
    const newer = !known.success || version > known.data.version;
    if (newer || (version === known.data.version && supplied > known.data.supplied)) rows.set(rowName(image), image);
  }
  return [...rows.values()];
}

/** Units per shard that no order owns, present or expired. */
export function countLeft(
  { allocated }: Supplies,
  orders: readonly Order[],
  { shards }: ExpiredUnits,
): Map<string, number> {
  const left = new Map(allocated);
  for (const [pk, units] of shards) left.set(pk, (left.get(pk) ?? 0) - units);
  for (const { sku, state, allocation } of orders) {
    if (!isSold({ state })) continue;
    for (const { shard, quantity } of allocation) {
      const { pk } = stockKey(sku, shard);
      left.set(pk, (left.get(pk) ?? 0) - quantity);
    }
  }
  return left;
}

/** Recomputes shards and holdings, which are sums over supplies and orders. */
export function mendStock(
  supplies: Supplies,
  orders: readonly Order[],
  expired: ExpiredUnits,
): { stock: Map<string, Row>; differences: Difference[] } {
  const stock = new Map(supplies.stock);
  const left = countLeft(supplies, orders, expired);
  const differences: Difference[] = [];
  for (const [name, row] of stock) {
    const [, sku = ''] = /^STOCK#([^#]+)#/.exec(row.pk) ?? [];
    if (supplies.products.has(sku) && !left.has(name)) stock.delete(name);
  }
  for (const [pk, units] of left) {
    const allocated = supplies.allocated.get(pk) ?? 0;
    const known = stock.get(pk);
    stock.set(pk, { ...(known && stockRow.safeParse(known).success ? known : { pk }), left: units, allocated });
    if (units < 0)
      differences.push({ row: pk, reason: `${-units} units were sold that were never supplied to it`, mended: false });
  }
  mendHoldings(stock, orders, expired);
  return { stock, differences };
}

function mendHoldings(stock: Map<string, Row>, orders: readonly Order[], { holdings }: ExpiredUnits): void {
  const held = new Map<string, { sku: string; customer: string; units: number }>();
  for (const { sku, customer, quantity, held: isHeld, state } of orders) {
    if (!isHeld) continue;
    const { pk } = holdingKey(sku, customer);
    const before = held.get(pk)?.units ?? holdings.get(pk) ?? 0;
    const units = before + (isSold({ state }) ? quantity : 0);
    held.set(pk, { sku, customer, units });
  }
  for (const [name, row] of stock) {
    if (!row.pk.startsWith('HOLDING#') || held.has(name)) continue;
    const old = holdingRow.safeParse(row);
    if (old.success) stock.set(name, { ...row, units: holdings.get(name) ?? 0 });
    else stock.delete(name);
  }
  for (const [pk, { sku, customer, units }] of held)
    stock.set(pk, { ...stock.get(pk), pk, sku, customer, units, v: 1 });
}
