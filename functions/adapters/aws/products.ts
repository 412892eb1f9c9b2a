import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { parseReadable } from '../../contracts/readable-rows.ts';
import { parseProduct, productRow } from '../../contracts/rows.ts';
import type { ProductReader, ProductWriter } from '../../ports/products.ts';
import { documents } from './clients/dynamodb-client.ts';
import { productKey, productKeySku } from './keys.ts';

/** `consistent` reads cost twice as much. Filling a cache and reading one's own write need them. */
export function productReader(table: string, { consistent = false } = {}): ProductReader {
  return {
    async find(sku) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: productKey(sku), ConsistentRead: consistent }),
      );
      return Item && parseProduct(Item);
    },

    // A scan: the table holds only the catalog of one sale, a few hundred small rows.
    async list(limit, after) {
      const { Items, LastEvaluatedKey } = await documents.send(
        new ScanCommand({
          TableName: table,
          Limit: limit,
          ConsistentRead: consistent,
          ...(after !== undefined && { ExclusiveStartKey: productKey(after) }),
        }),
      );
      // From the key, because the last row may be unreadable.
      const next = LastEvaluatedKey && productKeySku(LastEvaluatedKey);
      return { products: parseReadable(productRow, Items ?? []), ...(next && { next }) };
    },
  };
}

export function productWriter(table: string): ProductWriter {
  return {
    create(product) {
      return unlessConditionFails(async () => {
        await documents.send(
          new PutCommand({
            TableName: table,
            Item: { ...productKey(product.sku), v: 1, ...product },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
        return true;
      }, false);
    },

    change(sku, expectedVersion, details) {
      return unlessConditionFails(async () => {
        const update = buildUpdate(expectedVersion, details);
        const { Attributes } = await documents.send(
          new UpdateCommand({ TableName: table, Key: productKey(sku), ...update, ReturnValues: 'ALL_NEW' }),
        );
        return parseProduct(Attributes);
      }, undefined);
    },
  };
}

function buildUpdate(expectedVersion: number, details: Parameters<ProductWriter['change']>[2]) {
  const { limitPerCustomer } = details;
  const limited = limitPerCustomer !== undefined;
  const set =
    'SET #name = :name, unitPrice = :unitPrice, currency = :currency, changedAt = :changedAt, #version = :next';
  return {
    UpdateExpression: set + (limited ? ', limitPerCustomer = :limit' : ' REMOVE limitPerCustomer'),
    ConditionExpression: '#version = :expected',
    ExpressionAttributeNames: { '#name': 'name', '#version': 'version' },
    ExpressionAttributeValues: {
      ':name': details.name,
      ':unitPrice': details.unitPrice,
      ':currency': details.currency,
      ':changedAt': details.changedAt,
      ':expected': expectedVersion,
      ':next': expectedVersion + 1,
      ...(limited && { ':limit': limitPerCustomer }),
    },
  };
}

async function unlessConditionFails<Result, Otherwise>(write: () => Promise<Result>, otherwise: Otherwise) {
  try {
    return await write();
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return otherwise;
    throw error;
  }
}
