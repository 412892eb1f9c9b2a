import type { Stack } from 'aws-cdk-lib';
import type { Stage } from '../model/stages/stage-settings.ts';
import { published } from './outputs.ts';

export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
  readonly jwks: string | null;
}

/** Whose tokens the stage trusts: its own user pool's, or an external issuer's. */
export function issuerOf(stack: Stack, stage: Stage): Issuer {
  if (stage.identity.kind === 'external') return stage.identity;
  const pool = published(stack, stage.name, 'UserPoolId');
  return {
    issuer: `https://cognito-idp.${stack.region}.${stack.urlSuffix}/${pool}`,
    audience: published(stack, stage.name, 'UserPoolClientId'),
    jwks: null,
  };
}
