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
  /** How long functions cache a product; the CDN must not cache such a copy again. */
  readonly functionCacheMs: number;
}

/** Exceeds the difference between two machines' timers. */
const marginMs = 50;

/**
 * Invalidates changed products in the CDN with one request. First waits until the functions' own copies have expired;
 * otherwise the next miss could fill the CDN with the old product. The wait starts now, not at `changedAt`: that was
 * taken before the write, so a copy may be younger.
 */
export async function invalidateProducts(changes: readonly ProductChange[], ports: InvalidationPorts): Promise<void> {
  // A restock changes the row, but not the response.
  const visible = changes.filter(({ before, after }) => before?.version !== after?.version);
  if (visible.length === 0) return;

  if (ports.functionCacheMs > 0) await ports.sleep(ports.functionCacheMs + marginMs);

  const skus = [...new Set(visible.map(({ before, after }) => (after ?? before)?.sku ?? ''))].sort();
  const versions = visible.map(({ before, after }) => `${(after ?? before)?.sku}@${after?.version ?? 'removed'}`);
  const reference = createHash('sha256').update(versions.sort().join()).digest('hex').slice(0, 32);
  await ports.cdn.invalidate([...skus.map((sku) => `/products/${sku}`), '/products', '/products?*'], reference);
  ports.meter.count('Invalidations');
}
