import { hasRegions } from '../stages/regions.ts';
import type { Stage } from '../stages/stage-settings.ts';

/** Where a function runs, for those that deal with other regions; nothing in a stage of one region. */
export const ownRegionEnvironment = (stage: Stage): Record<string, string> =>
  hasRegions(stage) ? { OWN_REGION: stage.region ?? '' } : {};

/** Only the home region changes products and adds units. */
export const homeRegionEnvironment = (stage: Stage): Record<string, string> => {
  const [home] = stage.regions;
  return home === undefined ? {} : { ...ownRegionEnvironment(stage), HOME_REGION: home };
};
