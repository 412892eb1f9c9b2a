import type { Stack } from 'aws-cdk-lib';
import { CfnApiMapping, CfnDomainName, type HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnHealthCheck, CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { healthCheck } from '../model/edge/routing.ts';
import type { DomainSettings, Stage } from '../model/stages/stage-settings.ts';
import { importHostedZone } from './edge/domain.ts';

export interface RoutingProps {
  readonly stack: Stack;
  readonly stage: Stage;
  readonly domain: DomainSettings;
  /** The API's common name in all regions. */
  readonly name: string;
  readonly apiStage: HttpStage;
}

/** The API's common name, answered by the nearest region whose own API is healthy. */
export class Routing extends Construct {
  constructor(scope: Construct, id: string, { stack, stage, domain, name, apiStage }: RoutingProps) {
    super(scope, id);
    const certificate = new Certificate(this, 'Certificate', {
      domainName: name,
      validation: CertificateValidation.fromDns(importHostedZone(this, domain)),
    });
    const custom = new CfnDomainName(this, 'Name', {
      domainName: name,
      domainNameConfigurations: [
        { certificateArn: certificate.certificateArn, endpointType: 'REGIONAL', securityPolicy: 'TLS_1_2' },
      ],
    });
    const { apiId } = apiStage.api;
    const mapping = new CfnApiMapping(this, 'Mapping', {
      apiId,
      domainName: custom.ref,
      stage: apiStage.stageName,
    });
    mapping.node.addDependency(apiStage);
    const health = this.addHealthCheck(`${apiId}.execute-api.${stack.region}.${stack.urlSuffix}`);
    const region = stage.region ?? stack.region;
    const record = new CfnRecordSet(this, 'Record', {
      hostedZoneId: domain.hostedZoneId,
      name,
      type: 'A',
      setIdentifier: region,
      region,
      healthCheckId: health.attrHealthCheckId,
      aliasTarget: {
        dnsName: custom.attrRegionalDomainName,
        hostedZoneId: custom.attrRegionalHostedZoneId,
        evaluateTargetHealth: true,
      },
    });
    // A name gets no traffic before it leads to the API.
    record.node.addDependency(mapping);
  }

  private addHealthCheck(fullyQualifiedDomainName: string): CfnHealthCheck {
    const { path, port, intervalSeconds, failures } = healthCheck;
    return new CfnHealthCheck(this, 'Health', {
      healthCheckConfig: {
        type: 'HTTPS',
        fullyQualifiedDomainName,
        port,
        resourcePath: path,
        requestInterval: intervalSeconds,
        failureThreshold: failures,
        enableSni: true,
      },
    });
  }
}
