import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { parseCancellation } from '../adapters/aws/cancellation.ts';
import { documents } from '../adapters/aws/clients/dynamodb-client.ts';
import { rightsChangeKey, rightsKey } from '../adapters/aws/keys.ts';
import { parseStored } from '../contracts/readable-rows.ts';
import { rightsRow } from './contract.ts';
import type { RightsStore } from './ports.ts';

const storedRights = rightsRow.extend({ version: z.int().min(1) });

/** Stores rights, and the names of their changes, in the stock table. */
export function rightsStore(table: string): RightsStore {
  const read = async (Key: { pk: string }) =>
    (await documents.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }))).Item;
  return {
    async find(sku) {
      const item = await read(rightsKey(sku));
      if (!item) return undefined;
      const { version, ...rights } = parseStored(storedRights, item);
      return { rights, version: String(version) };
    },

    wasMade: async (sku, name) => (await read(rightsChangeKey(sku, name))) !== undefined,

    async make(sku, name, before, after) {
      const isNew = { ConditionExpression: 'attribute_not_exists(pk)' };
      const asRead = {
        ConditionExpression: '#version = :before',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':before': Number(before?.version) },
      };
      const Item = { ...rightsKey(sku), v: 1, version: Number(before?.version ?? 0) + 1, ...after };
      const writes = [
        { Put: { TableName: table, Item, ...(before ? asRead : isNew) } },
        { Put: { TableName: table, Item: { ...rightsChangeKey(sku, name), v: 1 }, ...isNew } },
      ];
      try {
        await documents.send(new TransactWriteCommand({ TransactItems: writes }));
        return true;
      } catch (error) {
        // Throws anything but a cancelled transaction, which changed nothing whatever its reason.
        parseCancellation(error);
        return false;
      }
    },
  };
}
