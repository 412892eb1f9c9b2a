import { Aws, Fn, type Stack } from 'aws-cdk-lib';
import type { CfnDistribution } from 'aws-cdk-lib/aws-cloudfront';
import type { ApiService } from '../../../functions/contracts/routes.ts';
import { apiAttempts, apiConnection, originIds } from '../../model/edge/edge-rows.ts';
import { originSecretHeader } from '../../model/edge/origin-secret-name.ts';
import { apiDomain } from '../../model/edge/routing.ts';
import { apiServices } from '../../model/services.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { publishedValue } from '../outputs.ts';
import { originSecretReference } from './origin-secret.ts';

export type Origin = CfnDistribution.OriginProperty;

export interface ApiOrigins {
  readonly origins: readonly Origin[];
  /** Origin id by service. */
  readonly idOf: Readonly<Record<ApiService, string>>;
}

const urlKeys: Readonly<Record<ApiService, string>> = { catalog: 'CatalogUrl', intake: 'IntakeUrl', stock: 'StockUrl' };

/** One origin for all services behind an HTTP API; one per service behind Function URLs. */
export function apiOrigins(stack: Stack, stage: Stage): ApiOrigins {
  const idOf = originIds(stage);
  if (stage.api.kind === 'http-api') return { origins: [apiOrigin(stack, stage, idOf.catalog, 'ApiUrl')], idOf };
  return { origins: apiServices.map((service) => apiOrigin(stack, stage, idOf[service], urlKeys[service])), idOf };
}

function apiOrigin(stack: Stack, stage: Stage, id: string, outputKey: string): Origin {
  const secret = originSecretReference(stage);
  return {
    id,
    // https://host/ -> host
    domainName: apiDomain(stage) ?? Fn.select(2, Fn.split('/', publishedValue(stack, stage.name, outputKey))),
    customOriginConfig: apiConnection(stage),
    ...apiAttempts,
    originShield: {
      enabled: stage.edge.originShield,
      ...(stage.edge.originShield && { originShieldRegion: Aws.REGION }),
    },
    ...(secret !== undefined && {
      originCustomHeaders: [{ headerName: originSecretHeader, headerValue: secret }],
    }),
  };
}
