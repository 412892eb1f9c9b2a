import { routes } from '../../../functions/contracts/routes.ts';
import { type Service, services } from '../services.ts';
import type { Stage } from '../stages/stage-settings.ts';
import { cacheEnvironment, functionCacheEnvironment } from './cache-environment.ts';
import { commonEnvironment } from './common-environment.ts';
import { fulfilmentEnvironment } from './fulfilment-environment.ts';
import { issuerEnvironment, type TokenSettings } from './issuer-environment.ts';
import { homeRegionEnvironment, ownRegionEnvironment } from './regions-environment.ts';
import { sweeperEnvironment } from './sweeper-environment.ts';

/** Settings that only one service has. */
const ownEnvironments: Readonly<Partial<Record<Service, (stage: Stage) => Record<string, string>>>> = {
  catalog: cacheEnvironment,
  fulfilment: fulfilmentEnvironment,
  settlement: ownRegionEnvironment,
  sweeper: (stage) => ({ ...sweeperEnvironment(stage), ...ownRegionEnvironment(stage) }),
  stock: homeRegionEnvironment,
  invalidation: functionCacheEnvironment,
};

export interface ApiEnvironment {
  /** For functions that verify tokens themselves; undefined where an authorizer does. */
  readonly tokens?: TokenSettings;
  /** The secret that the CDN adds to each request; undefined where direct access is allowed. */
  readonly originSecret?: string | undefined;
}

/** Environment variables of a service on any cloud, apart from the names of its resources. */
export function serviceEnvironment(
  stage: Stage,
  service: Service,
  { tokens, originSecret }: ApiEnvironment = {},
): Record<string, string> {
  const isApi = services[service].trigger.kind === 'api';
  return {
    ...commonEnvironment(stage, service),
    ...ownEnvironments[service]?.(stage),
    ...(tokens && hasPrivateRoute(service) && issuerEnvironment(tokens)),
    ...(isApi && originSecret !== undefined && { ORIGIN_SECRET: originSecret }),
  };
}

/** Whether some route of the service needs a token. */
function hasPrivateRoute(service: Service): boolean {
  return routes.some((route) => route.service === service && route.access !== 'public');
}
