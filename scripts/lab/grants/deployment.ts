import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientOptions, type Target } from '../../platform/engine/target.ts';
import { ShopClient } from '../../sale/client.ts';

export interface DeploymentDescription {
  readonly target: Target;
  readonly stage: string;
  readonly apiUrl: string;
  readonly partnerUrl: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly customerToken: string;
  readonly adminToken: string;
}

/** Access for probes: the public API, and the stores with the owner's permissions. */
export type Deployment = ReturnType<typeof connect>;

export function connect(description: DeploymentDescription) {
  const { target, apiUrl, outputs, ...rest } = description;
  const options = clientOptions(target);
  return {
    ...rest,
    shop: new ShopClient(apiUrl),
    iam: new IAMClient(options),
    lambda: new LambdaClient(options),
    logs: new CloudWatchLogsClient(options),
    secrets: new SecretsManagerClient(options),
    sqs: new SQSClient(options),
    documents: DynamoDBDocumentClient.from(new DynamoDBClient(options)),
    output(name: string): string {
      const value = outputs[name];
      if (value === undefined)
        throw new Error(`the deployment has no output ${name}, only ${Object.keys(outputs).join(', ')}`);
      return value;
    },
  };
}
