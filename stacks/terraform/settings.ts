import type { CloudService } from '../model/clouds/scaling.ts';
import { cacheEnvironment } from '../model/environments/cache-environment.ts';
import { commonEnvironment } from '../model/environments/common-environment.ts';
import { fulfilmentEnvironment } from '../model/environments/fulfilment-environment.ts';
import { sweeperEnvironment } from '../model/environments/sweeper-environment.ts';
import { services } from '../model/services.ts';
import type { Stage } from '../model/stages/stage-settings.ts';

export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
}

/** Environment variables of a function on a cloud without an authorizer in front of it. */
export function buildSettings(
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
