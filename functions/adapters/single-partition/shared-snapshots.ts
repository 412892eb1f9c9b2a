import type { StockLevels } from '../../ports/stock.ts';
import { oneAtATime } from './one-at-a-time.ts';

/**
 * Snapshots read every shard twice, and a product that is sold out is asked for one by every order: here all who ask
 * at a time in this process share one that began after they asked, which is as good as their own.
 */
export function sharedSnapshots(levels: StockLevels): StockLevels {
  const take = oneAtATime((key) => {
    const [sku = '', shardCount] = key.split('|');
    return levels.snapshot(sku, Number(shardCount));
  });
  return { snapshot: (sku, shardCount) => take(`${sku}|${shardCount}`) };
}
