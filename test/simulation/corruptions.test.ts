import { testCorruptions } from '../support/corruption/suite.ts';
import { dynamodbStores } from './dynamodb-stores.ts';

testCorruptions('DynamoDB', dynamodbStores);
