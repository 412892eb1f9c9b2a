import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { Route53Client } from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { ClientConfig } from '../../../sale/check/read-stores.ts';

/** An address that drops packets must not block a check for minutes, as the default timeouts would. */
const impatient = {
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  maxAttempts: 3,
};

/** SDK clients of one region. Each is created on first use, because most regions need few. */
export class AwsClients {
  private readonly made = new Map<unknown, unknown>();
  private readonly options: ClientConfig & typeof impatient;

  constructor(target: Omit<ClientConfig, 'region'>, region: string) {
    this.options = { ...target, ...impatient, region };
  }

  get cloudformation(): CloudFormationClient {
    return this.of(CloudFormationClient);
  }
  get cloudfront(): CloudFrontClient {
    return this.of(CloudFrontClient);
  }
  get dynamodb(): DynamoDBClient {
    return this.of(DynamoDBClient);
  }
  get iam(): IAMClient {
    return this.of(IAMClient);
  }
  get lambda(): LambdaClient {
    return this.of(LambdaClient);
  }
  get logs(): CloudWatchLogsClient {
    return this.of(CloudWatchLogsClient);
  }
  get quotas(): ServiceQuotasClient {
    return this.of(ServiceQuotasClient);
  }
  get route53(): Route53Client {
    return this.of(Route53Client);
  }
  get s3(): S3Client {
    return this.of(S3Client);
  }
  get secrets(): SecretsManagerClient {
    return this.of(SecretsManagerClient);
  }
  get ses(): SESv2Client {
    return this.of(SESv2Client);
  }
  get ssm(): SSMClient {
    return this.of(SSMClient);
  }
  get sts(): STSClient {
    return this.of(STSClient);
  }

  private of<Client>(Kind: new (options: ClientConfig & { readonly forcePathStyle: true }) => Client): Client {
    const client = this.made.get(Kind) ?? new Kind({ ...this.options, forcePathStyle: true });
    this.made.set(Kind, client);
    return client as Client;
  }
}
