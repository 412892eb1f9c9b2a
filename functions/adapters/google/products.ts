import { FieldValue, type Firestore } from '@google-cloud/firestore';
import { parseReadable } from '../../contracts/readable-rows.ts';
import { parseProduct, productRow } from '../../contracts/rows.ts';
import { changeDetails, type Product } from '../../domain/product.ts';
import type { ProductReader, ProductWriter } from '../../ports/products.ts';
import { RetryLater } from '../../ports/retry-later.ts';
import { buildQuery } from './firestore-client.ts';
import { productPath } from './keys.ts';
import { decide, parseFailure, unlessMoved } from './optimistic-transaction.ts';
import { queries } from './queries.ts';

/** All Firestore reads are strongly consistent. */
export function productReader(db: Firestore): ProductReader {
  return {
    async find(sku) {
      const found = await db.doc(productPath(sku)).get();
      return found.exists ? parseProduct(found.data()) : undefined;
    },

    async list(limit, after) {
      const { docs } = await buildQuery(db, queries.products, [], after)
        .limit(limit + 1)
        .get();
      const page = docs.slice(0, limit);
      const products = parseReadable(
        productRow,
        page.map((document) => document.data()),
      );
      // From the document, because the last product may be unreadable.
      const next = docs.length > limit ? String(page.at(-1)?.get('sku')) : undefined;
      return { products, ...(next !== undefined && { next }) };
    },
  };
}

export function productWriter(db: Firestore): ProductWriter {
  return {
    async create(product) {
      try {
        await db.doc(productPath(product.sku)).create({ v: 1, ...product });
        return true;
      } catch (error) {
        if (parseFailure(error) === 'conflict') throw error;
        return false;
      }
    },

    async change(sku, expectedVersion, details) {
      const outcome = await decide<Product | undefined>(db, async () => {
        const found = await db.doc(productPath(sku)).get();
        const product = found.exists ? parseProduct(found.data()) : undefined;
        if (product?.version !== expectedVersion) return { outcome: undefined };
        const changed = changeDetails(product, details);
        const { limitPerCustomer = FieldValue.delete() } = details;
        return {
          outcome: changed,
          write: (transaction) =>
            transaction.update(
              found.ref,
              { ...details, limitPerCustomer, version: changed.version },
              unlessMoved(found),
            ),
        };
      });
      if (outcome === 'conflict') throw new RetryLater(`product ${sku} kept changing during its update`);
      return outcome;
    },
  };
}
