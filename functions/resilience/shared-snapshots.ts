import type { StockLevels } from '../ports/stock.ts';
import { oneAtATime } from './one-at-a-time.ts';

/**
 * A snapshot reads every shard, and every order for a sold-out product needs one. Concurrent callers in this
 * process share a snapshot that began after their calls, which is as good as their own.
 */
export function sharedSnapshots(levels: StockLevels): StockLevels {
  const take = oneAtATime((key) => {
    const [sku = '', shardCount] = key.split('|');
    return levels.snapshot(sku, Number(shardCount));
  });
  return { snapshot: (sku, shardCount) => take(`${sku}|${shardCount}`) };
}
