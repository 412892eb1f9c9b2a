import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { parseOrder } from '../../contracts/rows.ts';
import { toChunks } from '../../lib/chunks.ts';
import type { OrderStore } from '../../ports/orders.ts';
import { documents, maxKeysPerRead } from './clients/dynamodb-client.ts';
import { orderKey, orderKeyId } from './keys.ts';

type Row = Readonly<Record<string, unknown>>;
type Rows = ReadonlyMap<string, Row>;

/**
 * Finds that begin at the same moment share one call. An eventually consistent read costs half: a result may be old,
 * and undefined may be an order that is new, or that DynamoDB left unread.
 */
export function orderGlances(table: string): Pick<OrderStore, 'find'> {
  let joining: { readonly ids: Set<string>; readonly rows: Promise<Rows> } | undefined;
  const begin = () => {
    const ids = new Set<string>();
    const rows = Promise.resolve().then(() => {
      joining = undefined;
      return readRows(table, [...ids]);
    });
    return { ids, rows };
  };
  return {
    async find(orderId) {
      joining ??= begin();
      joining.ids.add(orderId);
      const row = (await joining.rows).get(orderId);
      return row && parseOrder(row).order;
    },
  };
}

async function readRows(table: string, ids: readonly string[]): Promise<Rows> {
  const pages = await Promise.all(toChunks(ids, maxKeysPerRead).map((some) => readPage(table, some)));
  return new Map(pages.flat().map((row) => [orderKeyId(row), row]));
}

async function readPage(table: string, ids: readonly string[]): Promise<readonly Row[]> {
  const Keys = ids.map(orderKey);
  const { Responses } = await documents.send(new BatchGetCommand({ RequestItems: { [table]: { Keys } } }));
  return Responses?.[table] ?? [];
}
