import { awsWorked } from './worked-aws.ts';
import { type Checked, check } from './worked-cost.ts';
import { azureWorked, googleWorked } from './worked-other-clouds.ts';

/** Compares every published bill whose quantities are known with ours. */
export const checkWorkedCosts = (): readonly Checked[] =>
  [...awsWorked, ...azureWorked, ...googleWorked].map((worked) => check(worked));
