import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { Route53Client } from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { ClientConfig } from '../../../sale/check/read-stores.ts';

/** An address that swallows packets must not hold a check for the minutes of the default time-outs. */
const impatient = { requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000 }, maxAttempts: 3 };

/** What the SDK calls instead of the network: tests give recorded answers. */
export type Handler = NonNullable<ConstructorParameters<typeof STSClient>[0]>['requestHandler'];

/** SDK clients of one region, made when they are first used. */
export function awsClients(target: ClientConfig, region: string, handler?: Handler) {
  const options = { ...target, ...impatient, region, ...(handler && { requestHandler: handler }) };
  return {
    cloudformation: new CloudFormationClient(options),
    cloudfront: new CloudFrontClient(options),
    dynamodb: new DynamoDBClient(options),
    lambda: new LambdaClient(options),
    logs: new CloudWatchLogsClient(options),
    quotas: new ServiceQuotasClient(options),
    route53: new Route53Client(options),
    s3: new S3Client({ ...options, forcePathStyle: true }),
    secrets: new SecretsManagerClient(options),
    ses: new SESv2Client(options),
    ssm: new SSMClient(options),
    sts: new STSClient(options),
  };
}

export type AwsClients = ReturnType<typeof awsClients>;
