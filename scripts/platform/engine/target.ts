import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { EngineId } from './engines.ts';

export interface TargetCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Target of a deployment. Without an endpoint, it is AWS itself. */
export interface Target {
  readonly engine: EngineId;
  readonly endpointUrl: string | undefined;
  readonly region: string;
  readonly credentials: TargetCredentials;
}

/** Options of every SDK client of a target. */
export function clientOptions({ endpointUrl, region, credentials }: Target) {
  return { region, credentials, maxAttempts: 3, ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }) };
}

export function clients(target: Target) {
  const options = clientOptions(target);
  return {
    dynamodb: new DynamoDBClient(options),
    lambda: new LambdaClient(options),
    s3: new S3Client({ ...options, forcePathStyle: true }),
    ssm: new SSMClient(options),
  };
}

export type Clients = ReturnType<typeof clients>;
