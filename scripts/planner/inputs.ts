import { join } from 'node:path';
import { findStage } from '../../stacks/model/stages/stages.ts';
import { UsageError } from '../cli/cli.ts';
import { calibrate } from './calibration/calibrate.ts';
import type { CloudModel, Elsewhere } from './clouds/cloud-model.ts';
import { findCloud } from './clouds/clouds.ts';
import { constants } from './model/assumptions.ts';
import type { Scenario } from './model/world.ts';
import { guessedTimes } from './processor-times.ts';
import type { Profile } from './profile/schema.ts';
import { shardsIn } from './profile/shards-in.ts';
import type { MeasuredDurations } from './types.ts';

export const cacheFolder = join(import.meta.dirname, '../../.local/planner');

/** What a plan starts from: the stage's settings, the profile, and what the code does per order. */
export async function loadScenario(
  stage: string,
  profile: Profile,
  measured: MeasuredDurations,
  cloud = 'aws',
): Promise<Scenario> {
  const model = await findCloud(cloud);
  const shardCount = shardsIn(profile);
  return {
    stage: findStage(stage),
    profile,
    calibration: await calibrate({ shardCount, cacheFolder }),
    processor: guessedTimes,
    measured,
    constants: { ...constants, ...profile.assumptions },
    elsewhere: model ? await loadElsewhere(model, profile, shardCount) : undefined,
  };
}

async function loadElsewhere(model: CloudModel, profile: Profile, shardCount: number): Promise<Elsewhere> {
  const own = Object.entries(model.assumptions).map(([name, { value }]) => [name, value]);
  const changed = profile.cloudAssumptions[model.name] ?? {};
  for (const name of Object.keys(changed))
    if (!(name in model.assumptions))
      throw new UsageError(
        'assumption_unknown',
        `cloudAssumptions.${model.name}.${name} is unknown, must be one of ${Object.keys(model.assumptions).join(', ')}`,
        'The plan prints them: --cloud NAME --json, or --html',
      );
  return {
    model,
    calibration: await model.calibrate(shardCount, cacheFolder),
    constants: { ...Object.fromEntries(own), ...changed },
  };
}
