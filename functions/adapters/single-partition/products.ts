import { parseReadable } from '../../contracts/readable-rows.ts';
import { productRow } from '../../contracts/rows.ts';
import { changeDetails } from '../../domain/product.ts';
import type { ProductReader, ProductWriter } from '../../ports/products.ts';
import { RetryLater } from '../../ports/retry-later.ts';
import { catalogPartition, productPartition, productRowKey } from './keys.ts';
import { parseRow } from './rows.ts';
import type { PartitionStore } from './store.ts';

const attempts = 4;

async function readProduct(store: PartitionStore, sku: string) {
  return parseRow(productRow, await store.read(productPartition(sku), productRowKey));
}

export function productReader(store: PartitionStore): ProductReader {
  return {
    async find(sku) {
      return (await readProduct(store, sku))?.value;
    },

    async list(limit, after) {
      const found = await store.list(catalogPartition, '', limit + 1, after);
      const skus = found.slice(0, limit).map(({ row }) => row);
      const rows = await Promise.all(skus.map((sku) => store.read(productPartition(sku), productRowKey)));
      const last = found.length > limit ? skus.at(-1) : undefined;
      // A listed SKU has no product when its creation died in between.
      const products = parseReadable(
        productRow,
        rows.flatMap((row) => row?.value ?? []),
      );
      return { products, ...(last && { next: last }) };
    },
  };
}

export function productWriter(store: PartitionStore): ProductWriter {
  return {
    // Listed first: an unlisted product could not be created again.
    async create(product) {
      const listed = { kind: 'insert', row: product.sku, value: {} } as const;
      const created = { kind: 'insert', row: productRowKey, value: product } as const;
      const outcomes = [await store.write(catalogPartition, [listed])];
      outcomes.push(await store.write(productPartition(product.sku), [created]));
      if (outcomes.includes('busy')) throw new RetryLater(`the store is too busy to create ${product.sku}`);
      return outcomes[1] === 'written';
    },

    async change(sku, expectedVersion, details) {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const product = await readProduct(store, sku);
        if (product?.value.version !== expectedVersion) return undefined;
        const value = changeDetails(product.value, details);
        const replace = { kind: 'replace', row: productRowKey, value, etag: product.etag } as const;
        // A restock may cause the refusal; it does not change the version.
        if ((await store.write(productPartition(sku), [replace])) === 'written') return value;
      }
      throw new RetryLater(`product ${sku} kept changing during its update`);
    },
  };
}
