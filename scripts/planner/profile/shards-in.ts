import { maxShards, shardCountFor } from '../../../functions/domain/sharding.ts';
import { peakOf, toRuns } from './load.ts';
import type { Profile } from './schema.ts';

/** Shards that a hot product would be created with, for the profile's peak. */
export function shardsIn(profile: Profile): number {
  const peak = Math.max(...toRuns(profile).map(({ segments }) => peakOf(segments)));
  const { hot, shards } = profile.shop;
  return Math.min(maxShards, shards ?? shardCountFor((peak * hot.share) / hot.products));
}
