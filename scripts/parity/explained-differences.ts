import { physicalName } from '../../stacks/model/names.ts';
import { secretNames } from '../../stacks/model/services.ts';

/** A correct difference. `cdk` and `terraform`, if given, must equal the value on that side; '' means missing. */
export interface Explanation {
  readonly resource: RegExp;
  readonly setting: RegExp;
  readonly cdk?: string;
  readonly terraform?: string;
  readonly reason: string;
}

export const explained: readonly Explanation[] = [
  {
    resource: /^AWS::SecretsManager::Secret /,
    setting: /^RecoveryWindowInDays$/,
    cdk: '',
    terraform: '0',
    reason: 'CloudFormation deletes a secret at once; Terraform has to ask for it, or the name stays taken for 30 days',
  },
  {
    resource: new RegExp(`^AWS::SecretsManager::Secret .*(${secretNames.join('|')})$`),
    setting: /^RecoveryWindowInDays$/,
    cdk: '',
    terraform: '30',
    reason: 'CloudFormation keeps the secret of a stage that is kept; Terraform also lets a deleted one be restored',
  },
  {
    resource: /^AWS::CloudFront::Distribution /,
    setting: /OriginShield\.Enabled$/,
    cdk: 'false',
    terraform: '',
    reason: 'Without a shield Terraform omits the setting, and CDK sets it to false',
  },
  {
    resource: /^AWS::ApplicationAutoScaling::ScalableTarget function:/,
    setting: /^RoleARN$/,
    terraform: '',
    reason: 'Application Auto Scaling uses its service-linked role by default; CDK names it',
  },
  {
    resource: /^AWS::CertificateManager::Certificate /,
    setting: /^DomainValidationOptions\[0\]\.DomainName$/,
    terraform: '',
    reason: "The record that validates Terraform's certificate takes the name from the certificate",
  },
  {
    resource: new RegExp(`^AWS::ApiGatewayV2::Api ${physicalName('local(-regions)?', 'api')}$`),
    setting: /^CorsConfiguration\.[a-z]/,
    terraform: '',
    reason: 'In the local stage CDK sets CORS twice, once as the local engine reads it; the other spelling is compared',
  },
  {
    resource: /^AWS::CloudFront::Distribution /,
    setting: /CustomOriginConfig\.HTTPPort$/,
    cdk: '',
    terraform: '80',
    reason: "Terraform has to name CloudFront's default ports",
  },
  {
    resource: /^AWS::CloudFront::Distribution /,
    setting: /CustomOriginConfig\.HTTPSPort$/,
    cdk: '',
    terraform: '443',
    reason: "Terraform has to name CloudFront's default ports",
  },
  {
    resource: /^AWS::Lambda::Function /,
    setting: /^LoggingConfig\.LogFormat$/,
    cdk: '',
    terraform: 'Text',
    reason: "Terraform has to name Lambda's default log format",
  },
];
