import { findStage } from '../../stacks/model/stages/stages.ts';
import { constants } from './model/assumptions.ts';
import type { Scenario } from './model/world.ts';
import { stubCalibration, stubProcessor } from './model/stub-calibration.ts';
import type { Profile } from './profile/schema.ts';
import type { MeasuredDurations } from './types.ts';

/** What a plan starts from: the stage's settings, the profile, and what the code does per order. */
export async function loadScenario(stage: string, profile: Profile, measured: MeasuredDurations): Promise<Scenario> {
  return {
    stage: findStage(stage),
    profile,
    calibration: stubCalibration,
    processor: stubProcessor,
    measured,
    constants: { ...constants, ...profile.assumptions },
  };
}
