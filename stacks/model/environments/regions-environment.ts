import { hasRegions } from '../stages/regions.ts';
import type { Stage } from '../stages/stage-settings.ts';

/** The function's region, for functions that deal with other regions; empty in a stage of one region. */
export const ownRegionEnvironment = (stage: Stage): Record<string, string> =>
  hasRegions(stage) ? { OWN_REGION: stage.region ?? '' } : {};

/** Only the home region changes products and adds units. */
export const homeRegionEnvironment = (stage: Stage): Record<string, string> => {
  const [home] = stage.regions;
  return home === undefined ? {} : { ...ownRegionEnvironment(stage), HOME_REGION: home };
};
