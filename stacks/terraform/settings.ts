import { cacheEnvironment } from '../aws/cache-environment.ts';
import { commonEnvironment } from '../aws/common-environment.ts';
import { fulfilmentEnvironment } from '../aws/fulfilment-environment.ts';
import { sweeperEnvironment } from '../aws/sweeper-environment.ts';
import { services } from '../needs.ts';
import type { Stage } from '../stage-settings.ts';
import type { CloudService } from './scaling.ts';

export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
}

/** What a function is told on any cloud that has no authorizer before it. */
export function settingsOf(
  stage: Stage,
  service: CloudService,
  tokens: TokenSettings,
  originSecret: string,
): Record<string, string> {
  const isApi = services[service].trigger.kind === 'api';
  const guarded = service === 'intake' || service === 'stock';
  return {
    ...commonEnvironment(stage, service),
    ...(service === 'catalog' && cacheEnvironment(stage)),
    ...(service === 'fulfilment' && fulfilmentEnvironment(stage)),
    ...(service === 'sweeper' && sweeperEnvironment(stage)),
    ...(guarded && { OIDC_ISSUER: tokens.issuer, OIDC_AUDIENCE: tokens.audience }),
    ...(isApi && { ORIGIN_SECRET: originSecret }),
  };
}
