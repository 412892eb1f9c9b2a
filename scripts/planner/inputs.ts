import { join } from 'node:path';
import { maxShards, shardCountFor } from '../../functions/domain/sharding.ts';
import { findStage } from '../../stacks/model/stages/stages.ts';
import { calibrate } from './calibration/calibrate.ts';
import { constants } from './model/assumptions.ts';
import type { Scenario } from './model/world.ts';
import { guessedTimes } from './processor-times.ts';
import { peakOf, toRuns } from './profile/load.ts';
import type { Profile } from './profile/schema.ts';
import type { MeasuredDurations } from './types.ts';

export const cacheFolder = join(import.meta.dirname, '../../.local/planner');

/** What a plan starts from: the stage's settings, the profile, and what the code does per order. */
export async function loadScenario(stage: string, profile: Profile, measured: MeasuredDurations): Promise<Scenario> {
  return {
    stage: findStage(stage),
    profile,
    calibration: await calibrate({ shardCount: shardsOf(profile), cacheFolder }),
    processor: guessedTimes,
    measured,
    constants: { ...constants, ...profile.assumptions },
  };
}

/** Shards of a hot product: as it would be created for the profile's peak. */
export function shardsOf(profile: Profile): number {
  const peak = Math.max(...toRuns(profile).map(({ segments }) => peakOf(segments)));
  const { hot, shards } = profile.shop;
  return Math.min(maxShards, shards ?? shardCountFor((peak * hot.share) / hot.products));
}
