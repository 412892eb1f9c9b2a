import { Apigatewayv2ApiMapping } from '@cdktf/provider-aws/lib/apigatewayv2-api-mapping/index.js';
import { Apigatewayv2DomainName } from '@cdktf/provider-aws/lib/apigatewayv2-domain-name/index.js';
import type { Apigatewayv2Stage } from '@cdktf/provider-aws/lib/apigatewayv2-stage/index.js';
import { Route53HealthCheck } from '@cdktf/provider-aws/lib/route53-health-check/index.js';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js';
import { Construct } from 'constructs';
import { healthCheck } from '../../model/edge/routing.ts';
import type { DomainSettings, Stage } from '../../model/stages/stage-settings.ts';
import type { Account } from './account.ts';
import { addCertificate } from './edge/certificate.ts';

export interface RoutingProps {
  readonly stage: Stage;
  readonly account: Account;
  readonly domain: DomainSettings;
  /** The API's common name in all regions. */
  readonly name: string;
  readonly apiStage: Apigatewayv2Stage;
}

/** The API's common name, answered by the nearest region whose own API is healthy. */
export class Routing extends Construct {
  constructor(scope: Construct, id: string, { stage, account, domain, name, apiStage }: RoutingProps) {
    super(scope, id);
    const custom = new Apigatewayv2DomainName(this, 'Name', {
      domainName: name,
      domainNameConfiguration: {
        certificateArn: addCertificate(this, { ...domain, name }),
        endpointType: 'REGIONAL',
        securityPolicy: 'TLS_1_2',
      },
    });
    const { apiId } = apiStage;
    const mapping = new Apigatewayv2ApiMapping(this, 'Mapping', { apiId, domainName: custom.id, stage: apiStage.name });
    const { path, port, intervalSeconds, failures } = healthCheck;
    const health = new Route53HealthCheck(this, 'Health', {
      type: 'HTTPS',
      fqdn: `${apiId}.execute-api.${account.region}.${account.urlSuffix}`,
      port,
      resourcePath: path,
      requestInterval: intervalSeconds,
      failureThreshold: failures,
      enableSni: true,
    });
    const region = stage.region ?? account.region;
    new Route53Record(this, 'Record', {
      zoneId: domain.hostedZoneId,
      name,
      type: 'A',
      setIdentifier: region,
      latencyRoutingPolicy: { region },
      healthCheckId: health.id,
      alias: {
        name: custom.domainNameConfiguration.targetDomainName,
        zoneId: custom.domainNameConfiguration.hostedZoneId,
        evaluateTargetHealth: true,
      },
      // A name gets no traffic before it leads to the API.
      dependsOn: [mapping],
    });
  }
}
