import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { TransactGetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { parseStored } from '../../contracts/readable-rows.ts';
import { stockRow, supplyRow } from '../../contracts/rows.ts';
import type { ShardQuantity } from '../../domain/stock.ts';
import type { StockLevels, StockSupply, Supply } from '../../ports/stock.ts';
import { parseCancellation } from './cancellation.ts';
import { documents } from './clients/dynamodb-client.ts';
import { productKey, stockKey, supplyKey } from './keys.ts';

export function stockLevels(table: string): StockLevels {
  return {
    async snapshot(sku, shardCount) {
      const shards = Array.from({ length: shardCount }, (_, shard) => shard);
      try {
        const { Responses = [] } = await documents.send(
          new TransactGetCommand({
            TransactItems: shards.map((shard) => ({ Get: { TableName: table, Key: stockKey(sku, shard) } })),
          }),
        );
        return shards.map((shard) => ({ shard, left: parseLeft(Responses[shard]?.Item) }));
      } catch (error) {
        if (parseCancellation(error).kind === 'conflict') return undefined;
        throw error;
      }
    },
  };
}

export function stockSupply(tables: { stock: string; catalog: string }): StockSupply {
  return {
    async supply(supply, parts) {
      const TransactItems = [
        recordSupply(tables.stock, supply),
        addToProduct(tables.catalog, supply),
        ...parts.map((part) => addToShard(tables.stock, supply.sku, part)),
      ];
      try {
        await documents.send(new TransactWriteCommand({ TransactItems }));
        return { kind: 'supplied' };
      } catch (error) {
        const cancelled = parseCancellation(error);
        if (cancelled.kind === 'conflict') return { kind: 'conflict' };
        const first = cancelled.failed.get(0);
        if (!first) throw error;
        return { kind: 'repeated', first: parseStored(supplyRow, unmarshall(first as Record<string, AttributeValue>)) };
      }
    },
  };
}

/** @returns as item 0, the stored supply when its key is already taken */
function recordSupply(table: string, supply: Supply) {
  return {
    Put: {
      TableName: table,
      Item: { ...supplyKey(supply.sku, supply.key), v: 1, ...supply },
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    },
  };
}

function addToProduct(table: string, { sku, quantity }: Supply) {
  return {
    Update: {
      TableName: table,
      Key: productKey(sku),
      UpdateExpression: 'SET supplied = supplied + :quantity',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':quantity': quantity },
    },
  };
}

export function addToShard(table: string, sku: string, { shard, quantity }: ShardQuantity) {
  return {
    Update: {
      TableName: table,
      Key: stockKey(sku, shard),
      UpdateExpression:
        'SET #left = if_not_exists(#left, :none) + :quantity, allocated = if_not_exists(allocated, :none) + :quantity',
      ExpressionAttributeNames: { '#left': 'left' },
      ExpressionAttributeValues: { ':quantity': quantity, ':none': 0 },
    },
  };
}

function parseLeft(item: unknown): number {
  return item === undefined ? 0 : parseStored(stockRow, item).left;
}
