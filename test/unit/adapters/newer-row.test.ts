import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, vi } from 'vitest';
import { documents } from '../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { orderKey, productKey, salesTotalKey, supplyKey } from '../../../functions/adapters/aws/keys.ts';
import { orderLedger } from '../../../functions/adapters/aws/ledger.ts';
import { orderStore } from '../../../functions/adapters/aws/orders.ts';
import { productReader, productWriter } from '../../../functions/adapters/aws/products.ts';
import { stockSupply } from '../../../functions/adapters/aws/stock.ts';
import { salesReader } from '../../../functions/adapters/aws/views.ts';
import { memoryPartitions } from '../../../functions/adapters/memory/partition-store.ts';
import {
  orderPartition,
  orderRowKey,
  productPartition,
  productRowKey,
  supplyRowKey,
  totalRowKey,
  viewPartition,
} from '../../../functions/adapters/single-partition/keys.ts';
import { partitionPorts } from '../../../functions/adapters/single-partition/ports.ts';
import { type RowKind, type RowStores, testUnreadableRows } from '../../support/unreadable-row.ts';

type Row = Record<string, unknown>;
type Key = { readonly pk: string; readonly sk?: string };
const nameOf = ({ pk, sk = '' }: Key) => `${pk} ${sk}`;

const keysOf: Readonly<Record<RowKind, (row: Row) => Key>> = {
  product: ({ sku }) => productKey(String(sku)),
  order: ({ orderId }) => orderKey(String(orderId)),
  counters: ({ sku }) => salesTotalKey('', String(sku), 0),
  supply: ({ sku, key }) => supplyKey(String(sku), String(key)),
};

/** The part of DynamoDB that finds a row by its key and refuses to overwrite one. */
function dynamoDb(): RowStores {
  const rows = new Map<string, Row>();
  let counters: Row | undefined;
  function answer(input: Row): object {
    const { Key, Item, RequestItems, TransactItems } = input as {
      Key?: Key;
      Item?: Key;
      RequestItems?: Record<string, unknown>;
      TransactItems?: { Put?: { Item: Key } }[];
    };
    if (RequestItems) return { Responses: { views: counters ? [counters] : [] } };
    const asked = Item ?? TransactItems?.[0]?.Put?.Item;
    const stored = rows.get(nameOf(asked ?? Key ?? { pk: '' }));
    if (!asked) return stored ? { Item: stored } : {};
    const Stored = marshall(stored ?? {});
    const failed = { message: 'x', $metadata: {} };
    if (Item) throw new ConditionalCheckFailedException({ ...failed, Item: Stored });
    const CancellationReasons = [{ Code: 'ConditionalCheckFailed', Item: Stored }];
    throw new TransactionCanceledException({ ...failed, CancellationReasons });
  }
  vi.spyOn(documents, 'send').mockImplementation(async ({ input }: { input: object }) => answer(input as Row));
  const products = { ...productReader('catalog'), ...productWriter('catalog') };
  const stock = stockSupply({ stock: 'stock', catalog: 'catalog' });
  const ledger = orderLedger({ orders: 'orders', stock: 'stock' });
  return {
    ports: { orders: orderStore('orders'), products, stock, ledger, sales: salesReader('views') },
    async put(kind, row) {
      const item: Row = { ...keysOf[kind](row as Row), ...row };
      if (kind === 'counters') counters = item;
      else rows.set(nameOf(item as Key), item);
    },
    dump: () => [...rows],
  };
}

const placesOf: Readonly<Record<RowKind, (row: Row, sku: string) => [partition: string, row: string, value: object]>> =
  {
    product: (row, sku) => [productPartition(sku), productRowKey, row],
    order: ({ requestHash, ...order }) => {
      const home = { attempt: 0, shard: 0 };
      return [orderPartition(String(order.orderId)), orderRowKey, { order, requestHash, home }];
    },
    counters: (row, sku) => [viewPartition(0), totalRowKey(sku), row],
    supply: (row, sku) => [productPartition(sku), supplyRowKey(String(row.key)), { ...row, parts: [] }],
  };

function singlePartitions(): RowStores {
  const { store, partitions } = memoryPartitions();
  let sku = '';
  return {
    ports: partitionPorts(store),
    async put(kind, row) {
      sku = 'sku' in row ? String(row.sku) : sku;
      const [partition, name, value] = placesOf[kind](row as Row, sku);
      await store.write(partition, [{ kind: 'insert', row: name, value }]);
    },
    dump: () => [...partitions].map(([name, rows]) => [name, [...rows]]).filter(([name]) => !isList(String(name))),
  };
}

/** Lists may gain an entry: their readers read the row itself. */
const isList = (partition: string) => /^(OPENORDER|CUSTOMER|CATALOG)/.test(partition);

describe('DynamoDB', () => testUnreadableRows(dynamoDb));
describe('single partitions', () => testUnreadableRows(singlePartitions));
