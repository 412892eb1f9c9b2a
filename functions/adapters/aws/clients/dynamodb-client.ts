import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { prewarmed } from '../lambda/prewarm.ts';
import { clientSettings } from './client-settings.ts';

export const documents = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings));
prewarmed(documents, (instead) =>
  documents.send(instead(new GetCommand({ TableName: 'prewarm', Key: { pk: 'prewarm' } }))),
);

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
export const maxTransactionItems = 100;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
export const maxKeysPerRead = 100;
