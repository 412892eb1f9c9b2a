import type { HotShardRate } from './hot-shard.ts';

const shop = { orders: 4_000, conflictRate: 0.2, consumers: 16, batch: 49 };

/** Compares single with grouped commits at the same conflict rate. Simulated time, so the machine does not matter. */
export async function hotShardLine(): Promise<string> {
  // The logger reads this when loaded; otherwise it would log every conflict.
  process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
  const { measureHotShard } = await import('./hot-shard.ts');
  const single = await measureHotShard(shop, { grouped: false });
  const grouped = await measureHotShard(shop, { grouped: true });
  const rate = ({ ordersPerSecond }: HotShardRate) => ordersPerSecond.toFixed(0);
  const times = (grouped.ordersPerSecond / single.ordersPerSecond).toFixed(1);
  return `one hot shard, ${shop.conflictRate * 100} % conflicts, simulated: ${rate(single)} orders/s one by one, ${rate(grouped)} in groups: ${times} times\n`;
}
