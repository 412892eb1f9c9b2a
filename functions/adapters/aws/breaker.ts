import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { parseStored } from '../../contracts/readable-rows.ts';
import { breakerRow } from '../../contracts/rows.ts';
import type { BreakerStore } from '../../ports/breaker.ts';
import { documents } from './clients/dynamodb-client.ts';
import { breakerKey } from './keys.ts';

export function breakerStore(table: string): BreakerStore {
  return {
    async read(name) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: breakerKey(name), ConsistentRead: true }),
      );
      return Item && parseStored(breakerRow, Item);
    },

    async replace(name, before, after) {
      const guard = before
        ? {
            ConditionExpression: '#version = :before',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':before': before.version },
          }
        : { ConditionExpression: 'attribute_not_exists(pk)' };
      try {
        await documents.send(
          new PutCommand({ TableName: table, Item: { ...breakerKey(name), v: 1, ...after }, ...guard }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}
