import { inEachRegion } from '../../stacks/model/stages/regions.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { stages, withIssuer } from '../../stacks/model/stages/stages.ts';

/** The production stage in two regions. */
export const twoRegions: Stage = { ...stages.prod, regions: ['eu-central-1', 'us-west-2'] };

/** As in the outputs of the home region. */
const homeIssuer = { issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Abc', audience: 'client' };

const [first, second] = inEachRegion(twoRegions);
if (!first || !second) throw new Error('regions: must be two');
export const home: Stage = first;
export const away: Stage = withIssuer(second, homeIssuer);
