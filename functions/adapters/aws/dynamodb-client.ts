import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientSettings } from './client-settings.ts';

export const documents = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings));
