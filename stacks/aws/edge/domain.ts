import type { CfnDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { CfnRecordSet, HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { cloudFrontZone } from '../../model/edge/perimeter-rows.ts';
import type { DomainSettings } from '../../model/stages/stage-settings.ts';

/** The zone is not part of any stack: it exists before the first stage and outlives the last. */
export function importHostedZone(scope: Construct, { name, hostedZoneId }: DomainSettings): IHostedZone {
  return HostedZone.fromHostedZoneAttributes(scope, 'Zone', { hostedZoneId, zoneName: name });
}

/** Adds the alias records for IPv4 and IPv6. */
export function addAliasRecords(scope: Construct, domain: DomainSettings, distribution: CfnDistribution): void {
  for (const type of ['A', 'AAAA']) {
    new CfnRecordSet(scope, `Domain${type}`, {
      hostedZoneId: domain.hostedZoneId,
      name: domain.name,
      type,
      aliasTarget: { dnsName: distribution.attrDomainName, hostedZoneId: cloudFrontZone },
    });
  }
}
