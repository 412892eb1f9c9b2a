/** A stage's tables must carry the shards that its rate of orders asks for. */
export { maxShards, ordersPerSecondPerShard, shardCountFor } from '../domain/sharding.ts';
