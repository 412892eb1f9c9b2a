import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { parseStored } from '../../contracts/readable-rows.ts';
import { stockRow, transferRow, transitRow } from '../../contracts/rows.ts';
import { divideForLoan, type ShardLevel, type ShardQuantity } from '../../domain/stock.ts';
import type { Lender, LoanRequest, Transfer, TransferReceiver } from '../../ports/transfers.ts';
import { type Cancelled, parseCancellation } from './cancellation.ts';
import { documents } from './clients/dynamodb-client.ts';
import { receivedKey, stockKey, stockKeyShard, transferKey, transitKey } from './keys.ts';
import { addToShard } from './stock.ts';

/** Location of another region's stock. */
export interface StockPlace {
  readonly region: string;
  readonly table: string;
}

/** The stock table of another region, through a client of that region. */
export function lender({ region, table }: StockPlace, client: DynamoDBDocumentClient): Lender {
  const find = (sku: string, id: string) => findTransfer(client, table, transferKey(sku, id));

  return {
    region,

    async lend({ wanted, ...request }: LoanRequest) {
      const levels = await readFullest(client, table, request);
      if (!levels) return 'conflict';
      const parts = divideForLoan(levels, wanted);
      // A retry may find nothing left because the first attempt took it.
      if (parts.length === 0) return (await find(request.sku, request.id)) ?? 'none left';
      const quantity = parts.reduce((units, part) => units + part.quantity, 0);
      const transfer: Transfer = { ...request, from: region, quantity };
      const cancelled = await sendTransfer(client, table, transfer, parts);
      if (!cancelled) return transfer;
      if (cancelled.kind === 'conflict') return 'conflict';
      const first = cancelled.failed.get(0);
      // Without a stored transfer, a shard was emptied since it was read.
      return first ? parseStored(transferRow, unmarshall(first as Record<string, AttributeValue>)) : 'conflict';
    },

    async listOpen(to) {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: transitKey(to), ConsistentRead: true }),
      );
      const open = Item ? [...(parseStored(transitRow, Item).open ?? [])] : [];
      const found = await Promise.all(open.map(parseTransferName).map(({ sku, id }) => find(sku, id)));
      return found.filter((transfer) => transfer !== undefined);
    },

    async close({ to, sku, id }) {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: transitKey(to),
          UpdateExpression: 'DELETE #open :name',
          ExpressionAttributeNames: { '#open': 'open' },
          ExpressionAttributeValues: { ':name': new Set([nameTransfer(sku, id)]) },
        }),
      );
    },
  };
}

/** Shards in one loan: each of them is hot while the region sells, and one conflict ends the transaction. */
const shardsPerLoan = 4;

/** The fullest shards as they were read; undefined when the table is too busy. */
async function readFullest(
  client: DynamoDBDocumentClient,
  table: string,
  { sku, shardCount }: Pick<LoanRequest, 'sku' | 'shardCount'>,
): Promise<ShardLevel[] | undefined> {
  // Not a transaction, which sales would cancel. The write's conditions check that the shards still hold enough.
  const Keys = Array.from({ length: shardCount }, (_, shard) => stockKey(sku, shard));
  const { Responses, UnprocessedKeys } = await client.send(
    new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
  );
  if (UnprocessedKeys?.[table]?.Keys?.length) return undefined;
  const rows = Responses?.[table] ?? [];
  return rows
    .map((row) => ({ shard: stockKeyShard(row), left: parseStored(stockRow, row).left }))
    .toSorted((a, b) => b.left - a.left)
    .slice(0, shardsPerLoan);
}

async function findTransfer(client: DynamoDBDocumentClient, table: string, Key: { pk: string }) {
  const { Item } = await client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
  return Item && parseStored(transferRow, Item);
}

/** This region's stock table. */
export function transferReceiver(table: string): TransferReceiver {
  return {
    async receive(transfer, parts) {
      const record = {
        Put: {
          TableName: table,
          Item: { ...receivedKey(transfer.sku, transfer.id), v: 1, ...transfer },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      };
      const TransactItems = [record, ...parts.map((part) => addToShard(table, transfer.sku, part))];
      try {
        await documents.send(new TransactWriteCommand({ TransactItems }));
        return 'received';
      } catch (error) {
        return parseCancellation(error).kind === 'conflict' ? 'conflict' : 'repeated';
      }
    },
  };
}

/** @returns as item 0, the stored transfer when its id is already taken */
async function sendTransfer(
  client: DynamoDBDocumentClient,
  table: string,
  transfer: Transfer,
  parts: readonly ShardQuantity[],
): Promise<Cancelled | undefined> {
  const { sku, id, to } = transfer;
  const record = {
    Put: {
      TableName: table,
      Item: { ...transferKey(sku, id), v: 1, ...transfer },
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    },
  };
  const open = {
    Update: {
      TableName: table,
      Key: transitKey(to),
      UpdateExpression: 'ADD #open :name',
      ExpressionAttributeNames: { '#open': 'open' },
      ExpressionAttributeValues: { ':name': new Set([nameTransfer(sku, id)]) },
    },
  };
  try {
    const TransactItems = [record, open, ...parts.map((part) => takeFromShard(table, sku, part))];
    await client.send(new TransactWriteCommand({ TransactItems }));
    return undefined;
  } catch (error) {
    return parseCancellation(error);
  }
}

/** The units are no longer the region's: unlike a sale, it also lowers what was allocated to the shard. */
function takeFromShard(table: string, sku: string, { shard, quantity }: ShardQuantity) {
  return {
    Update: {
      TableName: table,
      Key: stockKey(sku, shard),
      UpdateExpression: 'SET #left = #left - :quantity, allocated = allocated - :quantity',
      ConditionExpression: '#left >= :quantity',
      ExpressionAttributeNames: { '#left': 'left' },
      ExpressionAttributeValues: { ':quantity': quantity },
    },
  };
}

// A SKU has no `#`.
const nameTransfer = (sku: string, id: string) => `${sku}#${id}`;
function parseTransferName(name: string) {
  const end = name.indexOf('#');
  return { sku: name.slice(0, end), id: name.slice(end + 1) };
}
