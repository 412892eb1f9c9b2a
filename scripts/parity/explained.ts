/** A difference that is right. `cdk` and `terraform`: only with this value on that side; '' is nothing at all. */
export interface Explanation {
  readonly resource: RegExp;
  readonly setting: RegExp;
  readonly cdk?: string;
  readonly terraform?: string;
  readonly reason: string;
}

export const explained: readonly Explanation[] = [
  {
    resource: /^AWS::CloudFront::Distribution /,
    setting: /OriginShield\.Enabled$/,
    cdk: 'false',
    terraform: '',
    reason: 'Without a shield Terraform says nothing of it, and CDK says so',
  },
  {
    resource: /^AWS::ApplicationAutoScaling::ScalableTarget function:/,
    setting: /^RoleARN$/,
    terraform: '',
    reason: 'Application Auto Scaling takes its service-linked role by itself; CDK names it',
  },
  {
    resource: /^AWS::CertificateManager::Certificate /,
    setting: /^DomainValidationOptions\[0\]\.DomainName$/,
    terraform: '',
    reason: "The record that proves Terraform's certificate takes the name from the certificate",
  },
  {
    resource: /^AWS::Lambda::Permission flash-sale-local-url-[a-z]+:live lambda:InvokeFunction$/,
    setting: /./,
    terraform: '',
    reason:
      'The provider cannot limit lambda:InvokeFunction to calls through the URL. A stage with Function URLs that goes to AWS by Terraform needs a provider that can',
  },
  {
    resource: /^AWS::ApiGatewayV2::Api flash-sale-local-api$/,
    setting: /^CorsConfiguration\.[a-z]/,
    terraform: '',
    reason: 'CDK says CORS twice in the local stage, once as the local engine reads it; the other spelling is compared',
  },
  {
    resource: /^AWS::CloudFront::Distribution /,
    setting: /CustomOriginConfig\.HTTPPort$/,
    cdk: '',
    terraform: '80',
    reason: 'Terraform has to name the ports that CloudFront takes by itself',
  },
  {
    resource: /^AWS::CloudFront::Distribution /,
    setting: /CustomOriginConfig\.HTTPSPort$/,
    cdk: '',
    terraform: '443',
    reason: 'Terraform has to name the ports that CloudFront takes by itself',
  },
  {
    resource: /^AWS::Lambda::Function /,
    setting: /^LoggingConfig\.LogFormat$/,
    cdk: '',
    terraform: 'Text',
    reason: 'Terraform has to name the log format that Lambda takes by itself',
  },
];
