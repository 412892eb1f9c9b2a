import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { StreamImages } from '../../ports/releases.ts';
import { documents } from './clients/dynamodb-client.ts';
import { eventKey, productKey } from './keys.ts';

/** Rows as their table's stream would deliver them. */
export function streamImages(tables: { readonly orders: string; readonly catalog: string }): StreamImages {
  async function read(table: string, key: Readonly<Record<string, string>>): Promise<unknown> {
    const { Item } = await documents.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }));
    if (!Item) throw new Error(`table ${table} has no row ${JSON.stringify(key)}`);
    return marshall(Item);
  }
  return {
    findEvent: (orderId, version) => read(tables.orders, eventKey(orderId, version)),
    findProduct: (sku) => read(tables.catalog, productKey(sku)),
  };
}
