import { createHash } from 'node:crypto';
import type { Product } from '../domain/product.ts';
import type { Cdn } from '../ports/cdn.ts';
import type { Meter } from '../ports/runtime.ts';

export interface ProductChange {
  readonly before?: Product | undefined;
  readonly after?: Product | undefined;
}

export interface InvalidationPorts {
  readonly cdn: Cdn;
  readonly meter: Meter;
  readonly sleep: (ms: number) => Promise<void>;
  /** How long the functions keep a product: an answer made of such a copy must not be cached again. */
  readonly functionCacheMs: number;
}

/** Timers of two machines that count the same time differ by less. */
const marginMs = 50;

/**
 * Makes the CDN forget what changed, in one order for all changes. It waits until the functions' own copies have
 * expired: else the first miss after the invalidation would fill the CDN with the old product again. The wait counts
 * from now and not from `changedAt`, which was taken before the change was written: a copy may be younger than that.
 */
export async function invalidateProducts(changes: readonly ProductChange[], ports: InvalidationPorts): Promise<void> {
  // A restock changes the row and not the page.
  const visible = changes.filter(({ before, after }) => before?.version !== after?.version);
  if (visible.length === 0) return;

  if (ports.functionCacheMs > 0) await ports.sleep(ports.functionCacheMs + marginMs);

  const skus = [...new Set(visible.map(({ before, after }) => (after ?? before)?.sku ?? ''))].sort();
  const versions = visible.map(({ before, after }) => `${(after ?? before)?.sku}@${after?.version ?? 'removed'}`);
  const reference = createHash('sha256').update(versions.sort().join()).digest('hex').slice(0, 32);
  await ports.cdn.invalidate([...skus.map((sku) => `/products/${sku}`), '/products', '/products?*'], reference);
  ports.meter.count('Invalidations');
}
