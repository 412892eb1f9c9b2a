import { maxShards, shardCountFor } from '../../../functions/domain/sharding.ts';
import { peakOf, toRuns } from './load.ts';
import type { Profile } from './schema.ts';

/** Shards of a hot product: as it would be created for the profile's peak. */
export function shardsIn(profile: Profile): number {
  const peak = Math.max(...toRuns(profile).map(({ segments }) => peakOf(segments)));
  const { hot, shards } = profile.shop;
  return Math.min(maxShards, shards ?? shardCountFor((peak * hot.share) / hot.products));
}
