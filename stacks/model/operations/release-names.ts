import { nameInAccount, physicalName } from '../names.ts';
import type { Stage } from '../stages/stage-settings.ts';

export const releaseApplication = ({ name }: Stage): string => physicalName(name, 'releases');
export const releaseRoleName = (stage: Stage): string => nameInAccount(stage, 'releases');

/** Functions that CodeDeploy calls before a new version gets calls, and once it has all of them. */
export const releaseHooks = ['rehearsal', 'inspection'] as const;
export type ReleaseHook = (typeof releaseHooks)[number];
