import type { HotShardRate } from './hot-shard.ts';

const shop = { orders: 4_000, conflictRate: 0.2, consumers: 16, batch: 49 };

/** One by one and in groups, at the same rate of injected conflicts, in simulated time: the machine does not matter. */
export async function hotShardLine(): Promise<string> {
  // The logger reads it as it is loaded, and each conflict would be a line.
  process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
  const { measureHotShard } = await import('./hot-shard.ts');
  const single = await measureHotShard(shop, { grouped: false });
  const grouped = await measureHotShard(shop, { grouped: true });
  const rate = ({ ordersPerSecond }: HotShardRate) => ordersPerSecond.toFixed(0);
  const times = (grouped.ordersPerSecond / single.ordersPerSecond).toFixed(1);
  return `one hot shard, ${shop.conflictRate * 100} % conflicts, simulated: ${rate(single)} orders/s one by one, ${rate(grouped)} in groups: ${times} times\n`;
}
