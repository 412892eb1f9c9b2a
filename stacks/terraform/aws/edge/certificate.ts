import { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate/index.js';
import { AcmCertificateValidation } from '@cdktf/provider-aws/lib/acm-certificate-validation/index.js';
import type { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js';
import { Fn } from 'cdktf';
import type { Construct } from 'constructs';
import type { DomainSettings } from '../../../model/stages/stage-settings.ts';

/**
 * Validated by a DNS record, which CloudFormation would add automatically.
 * @returns its ARN, once it is valid
 */
export function addCertificate(
  scope: Construct,
  { name, hostedZoneId: zoneId }: DomainSettings,
  provider?: AwsProvider,
): string {
  const place = provider && { provider };
  const certificate = new AcmCertificate(scope, 'Certificate', {
    ...place,
    domainName: name,
    validationMethod: 'DNS',
    lifecycle: { createBeforeDestroy: true },
  });
  const validation = Fn.element(Fn.tolist(certificate.domainValidationOptions.fqn), 0) as string;
  const part = (key: string) => Fn.lookup(validation, key, '') as string;
  const record = new Route53Record(scope, 'Proof', {
    zoneId,
    name: part('resource_record_name'),
    type: part('resource_record_type'),
    records: [part('resource_record_value')],
    ttl: 60,
    allowOverwrite: true,
  });
  return new AcmCertificateValidation(scope, 'Validated', {
    ...place,
    certificateArn: certificate.arn,
    validationRecordFqdns: [record.fqdn],
  }).certificateArn;
}
