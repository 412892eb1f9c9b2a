import { Aws } from 'aws-cdk-lib';
import { globalName } from '../../model/names.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';

/** The physical name of a resource that all regions of an account share. */
export const nameInAccount = (stage: Stage, thing: string): string => globalName(stage, thing, Aws.REGION);
