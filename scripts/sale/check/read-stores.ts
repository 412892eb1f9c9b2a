import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { eventRow, readOrder, readProduct, stockRow, supplyRow } from '../../../functions/contracts/rows.ts';
import { countedOrder, salesRow } from '../../../functions/contracts/view.ts';
import { addSales } from '../../../functions/domain/sales.ts';
import { liveRows } from './generations.ts';
import type { SalesRow, Stores } from './snapshot.ts';

export interface StoreNames {
  readonly ordersTable: string;
  readonly stockTable: string;
  readonly catalogTable: string;
  readonly viewsTable: string;
  readonly deadLetterUrls: readonly string[];
}

export interface ClientConfig {
  readonly endpoint?: string;
  readonly region: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

type Row = Readonly<Record<string, unknown>>;

/** Reads the four tables of a deployed system. */
export async function readTables(names: StoreNames, config: ClientConfig): Promise<Stores> {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  const [orderRows, stockRows, products, viewRows] = await Promise.all([
    scan(documents, names.ordersTable),
    scan(documents, names.stockTable),
    scan(documents, names.catalogTable),
    scan(documents, names.viewsTable),
  ]);
  documents.destroy();
  return readRows({ orderRows, stockRows, products, viewRows });
}

/** Reads the bodies. The messages stay in their queues, hidden for `visibilityTimeoutSeconds`. */
export async function readDeadLetters({ deadLetterUrls }: StoreNames, config: ClientConfig): Promise<string[]> {
  const sqs = new SQSClient(config);
  const bodies = await Promise.all(deadLetterUrls.map((url) => peek(sqs, url)));
  sqs.destroy();
  return bodies.flat();
}

/** Parses the rows of the four tables. */
export function readRows(tables: {
  orderRows: readonly Row[];
  stockRows: readonly Row[];
  products: readonly Row[];
  viewRows: readonly Row[];
}): Stores {
  const { orderRows, stockRows, products } = tables;
  const viewRows = liveRows(tables.viewRows);
  return {
    products: products.map(readProduct),
    orders: orderRows.filter((row) => row.sk === 'ORDER').map((row) => readOrder(row).order),
    events: orderRows.filter((row) => row.sk !== 'ORDER').map((row) => eventRow.parse(row)),
    shards: stockRows.filter(isKind('STOCK')).map((row) => {
      const [, sku = '', shard] = String(row.pk).split('#');
      return { sku, shard: Number(shard), ...stockRow.parse(row) };
    }),
    supplies: stockRows.filter(isKind('SUPPLY')).map((row) => supplyRow.parse(row)),
    counted: viewRows.filter((row) => row.sk === 'COUNTED').map((row) => countedOrder.parse(row)),
    sales: addSlots(viewRows.filter(isKind('SALES'))),
  };
}

function isKind(kind: string) {
  return (row: Row) => String(row.pk).startsWith(`${kind}#`);
}

function addSlots(rows: readonly Row[]): SalesRow[] {
  const periods = new Map<string, SalesRow>();
  for (const row of rows) {
    const sku = String(row.pk).split('#')[1] ?? '';
    const period = String(row.sk).replace('MINUTE#', '');
    const sales = salesRow.parse(row);
    const sofar = periods.get(`${sku} ${period}`);
    periods.set(`${sku} ${period}`, { sku, period, ...(sofar ? addSales(sofar, sales) : sales) });
  }
  return [...periods.values()];
}

async function scan(documents: DynamoDBDocumentClient, table: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of paginateScan({ client: documents }, { TableName: table, ConsistentRead: true })) {
    rows.push(...(page.Items ?? []));
  }
  return rows;
}

const visibilityTimeoutSeconds = 20;

async function peek(sqs: SQSClient, QueueUrl: string): Promise<string[]> {
  const bodies = new Map<string, string>();
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: visibilityTimeoutSeconds }),
    );
    const fresh = Messages.filter(({ MessageId = '' }) => !bodies.has(MessageId));
    for (const { MessageId = '', Body = '' } of fresh) bodies.set(MessageId, Body);
    if (fresh.length === 0) return [...bodies.values()];
  }
}
