import type { Stack } from 'aws-cdk-lib';
import type { Stage } from '../model/stages/stage-settings.ts';
import { publishedValue } from './outputs.ts';

export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
  readonly jwks: string | null;
}

/** The token issuer that the stage trusts: its own user pool, or an external one. */
export function buildIssuer(stack: Stack, stage: Stage): Issuer {
  if (stage.identity.kind === 'external') return stage.identity;
  const pool = publishedValue(stack, stage.name, 'UserPoolId');
  return {
    issuer: `https://cognito-idp.${stack.region}.${stack.urlSuffix}/${pool}`,
    audience: publishedValue(stack, stage.name, 'UserPoolClientId'),
    jwks: null,
  };
}
