import type { Stage } from '../../model/stages/stage-settings.ts';
import type { Account } from './account.ts';
import type { Data } from './data.ts';

export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
  readonly jwks: string | null;
  /** Origins that the page calls to sign in. */
  readonly origins: readonly string[];
}

/** The token issuer that the stage trusts: its own user pool, or an external one. */
export function buildIssuer(stage: Stage, account: Account, { customers }: Data): Issuer {
  if (stage.identity.kind === 'external')
    return { ...stage.identity, origins: [new URL(stage.identity.issuer).origin] };
  if (!customers) throw new Error(`stage '${stage.name}': must have a user pool, got none`);
  const pools = `https://cognito-idp.${account.region}.${account.urlSuffix}`;
  return {
    issuer: `${pools}/${customers.poolId}`,
    audience: customers.clientId,
    jwks: null,
    // Cognito serves discovery and the token endpoint from two different origins.
    origins: [pools, customers.signInUrl],
  };
}
