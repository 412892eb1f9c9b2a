import type { Stage } from '../../model/stages/stage-settings.ts';
import type { Account } from './account.ts';
import type { Data } from './data.ts';

export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
  readonly jwks: string | null;
  /** Where the page talks to when it signs somebody in. */
  readonly origins: readonly string[];
}

/** Whose tokens the stage trusts: its own user pool's, or an external issuer's. */
export function issuerOf(stage: Stage, account: Account, { customers }: Data): Issuer {
  if (stage.identity.kind === 'external')
    return { ...stage.identity, origins: [new URL(stage.identity.issuer).origin] };
  if (!customers) throw new Error(`stage '${stage.name}': must have a user pool, got none`);
  const pools = `https://cognito-idp.${account.region}.${account.urlSuffix}`;
  return {
    issuer: `${pools}/${customers.poolId}`,
    audience: customers.clientId,
    jwks: null,
    // The issuer describes itself at its own address; Cognito exchanges codes for tokens at another one.
    origins: [pools, customers.signInUrl],
  };
}
