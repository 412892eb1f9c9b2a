import { marshall } from '@aws-sdk/util-dynamodb';
import { eventBridge } from '../../../../functions/adapters/aws/eventbridge-client.ts';
import { orderLedger } from '../../../../functions/adapters/aws/ledger.ts';
import { deadLetters, eventBus, orderQueue } from '../../../../functions/adapters/aws/messaging.ts';
import { orderStore } from '../../../../functions/adapters/aws/orders.ts';
import { productReader, productWriter } from '../../../../functions/adapters/aws/products.ts';
import { sqs } from '../../../../functions/adapters/aws/sqs-client.ts';
import { stockLevels, stockSupply } from '../../../../functions/adapters/aws/stock.ts';
import { eventOfRecord } from '../../../../functions/adapters/aws/stream.ts';
import { salesViews } from '../../../../functions/adapters/aws/views.ts';
import type { OrderEvent } from '../../../../functions/contracts/order-event.ts';
import type { DeadLetterReason } from '../../../../functions/contracts/order-request.ts';
import { readRows } from '../../../sale/check/table-rows.ts';
import { failure } from '../channels.ts';
import type { Platform, World } from '../platform.ts';
import { simulateTables } from './client.ts';
import type { Item } from './expressions.ts';

const throttled = failure('ThrottlingException');
const timeout = failure('TimeoutError');

/** The real AWS adapters, with a simulated service behind each of their three clients. */
export function dynamodbPlatform(world: World): Platform {
  const tables = simulateTables(world.calls, (table, before, after) => watch(world, table, before, after));
  Object.assign(sqs, { send: queueClient(world) });
  Object.assign(eventBridge, { send: busClient(world) });
  const stockTables = { stock: 'stock', catalog: 'catalog' };
  const ledger = orderLedger({ orders: 'orders', stock: 'stock' });
  const views = salesViews('views', async () => '');
  return {
    groups: ledger,
    groupViews: views,
    ports: {
      orders: orderStore('orders'),
      ledger,
      products: { ...productReader('catalog', { consistent: true }), ...productWriter('catalog') },
      stock: { ...stockLevels('stock'), ...stockSupply(stockTables) },
      views,
      queue: orderQueue('order-requests'),
      dead: deadLetters('dead-letters'),
      bus: eventBus('events'),
    },
    eventOf: (image) => eventIn(image as object),
    dump: () => [...tables.rows].map(([table, rows]) => [table, [...rows].sort(([a], [b]) => (a < b ? -1 : 1))]),
    snapshot: () =>
      readRows({
        orderRows: tables.all('orders'),
        stockRows: tables.all('stock'),
        products: tables.all('catalog'),
        viewRows: tables.all('views'),
      }),
  };
}

// Cached: a redelivered record holds the same event.
const eventsRead = new WeakMap<object, OrderEvent | undefined>();

function eventIn(image: object): OrderEvent | undefined {
  if (!eventsRead.has(image)) eventsRead.set(image, eventOfRecord({ dynamodb: { NewImage: image } }));
  return eventsRead.get(image);
}

function watch({ witness, changed, noted }: World, table: string, before: Item | undefined, after: Item): void {
  if (table === 'coordination' && String(after.pk).startsWith('NOTE#')) noted?.(String(after.text));
  if (table !== 'orders' && table !== 'stock') return;
  const [kind, id = ''] = String(after.pk).split('#');
  const left = Number(after.left);
  if (kind === 'STOCK') witness.stockMoved(id, left, left - Number(before?.left ?? 0));
  if (kind !== 'ORDER') return;
  if (String(after.sk).startsWith('EVENT#') && !before) changed(id, marshall(after));
  if (after.sk !== 'ORDER') return;
  if (!before) witness.opened(id, String(after.sku));
  else if (after.state === 'REJECTED') witness.rejected(id);
}

function queueClient({ calls, enqueue, postpone, bury }: World) {
  interface Send {
    readonly input: {
      readonly QueueUrl: string;
      readonly MessageBody: string;
      readonly DelaySeconds?: number;
      readonly MessageAttributes?: { readonly reason: { readonly StringValue: string } };
    };
  }
  return ({ input }: Send) =>
    calls.make<object>({
      name: `SendMessage ${input.QueueUrl}`,
      execute(answer) {
        if (input.QueueUrl === 'order-requests') enqueue(input.MessageBody);
        else if (input.QueueUrl === 'fulfilment-requests')
          postpone?.(input.MessageBody, (input.DelaySeconds ?? 0) * 1_000);
        else bury(input.MessageBody, input.MessageAttributes?.reason.StringValue as DeadLetterReason);
        answer({});
      },
      busy: () => throttled,
      lost: () => timeout,
    });
}

function busClient({ calls, published }: World) {
  interface Put {
    readonly input: { readonly Entries: readonly { readonly Detail: string }[] };
  }
  return ({ input: { Entries } }: Put) =>
    calls.make<object>({
      name: 'PutEvents',
      // A conflict here refuses the last entry.
      execute(answer, refuseLast) {
        const results = Entries.map(({ Detail }, index) => {
          if (refuseLast && index === Entries.length - 1) return { ErrorCode: 'ThrottlingException' };
          published(JSON.parse(Detail));
          return { EventId: String(index) };
        });
        answer({ FailedEntryCount: refuseLast ? 1 : 0, Entries: results });
      },
      busy: () => throttled,
      lost: () => timeout,
    });
}
