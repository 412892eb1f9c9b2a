/** A stage's tables need capacity for the shards that its order rate requires. */
export { maxShards, ordersPerSecondPerShard, shardCountFor } from '../domain/sharding.ts';
