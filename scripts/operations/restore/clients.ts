import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { ClientConfig } from '../../sale/check/read-stores.ts';

/** SDK clients of a restore. A test passes recorded answers. */
export function restoreClients(config: ClientConfig) {
  const dynamodb = new DynamoDBClient(config);
  return {
    dynamodb,
    documents: DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } }),
    streams: new DynamoDBStreamsClient(config),
    lambda: new LambdaClient(config),
    sqs: new SQSClient(config),
    ssm: new SSMClient(config),
  };
}

export type RestoreClients = ReturnType<typeof restoreClients>;
