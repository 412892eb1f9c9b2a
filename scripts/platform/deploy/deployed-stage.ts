import { hasRegions, inRegion } from '../../../stacks/model/stages/regions.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { findStage } from '../../../stacks/model/stages/stages.ts';

/** The stage as deployed in the target's region. */
export function deployedStage({ stage, region }: { readonly stage: string; readonly region: string }): Stage {
  const found = findStage(stage);
  return hasRegions(found) ? inRegion(found, region) : found;
}
