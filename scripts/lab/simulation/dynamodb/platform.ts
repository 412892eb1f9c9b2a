import { marshall } from '@aws-sdk/util-dynamodb';
import { eventBridge } from '../../../../functions/adapters/aws/clients/eventbridge-client.ts';
import { secretsManager } from '../../../../functions/adapters/aws/clients/secrets-client.ts';
import { sqs } from '../../../../functions/adapters/aws/clients/sqs-client.ts';
import { eventBus } from '../../../../functions/adapters/aws/event-bus.ts';
import { parseOrderEvent } from '../../../../functions/adapters/aws/lambda/stream.ts';
import { orderLedger } from '../../../../functions/adapters/aws/ledger.ts';
import { deadLetters, orderQueue } from '../../../../functions/adapters/aws/messaging.ts';
import { orderGlances } from '../../../../functions/adapters/aws/order-glances.ts';
import { orderStore } from '../../../../functions/adapters/aws/orders.ts';
import { productReader, productWriter } from '../../../../functions/adapters/aws/products.ts';
import { stockLevels, stockSupply } from '../../../../functions/adapters/aws/stock.ts';
import { salesReader, salesViews } from '../../../../functions/adapters/aws/views.ts';
import type { OrderEvent } from '../../../../functions/contracts/order-event.ts';
import type { DeadLetterReason } from '../../../../functions/contracts/order-request.ts';
import type { Item } from '../../../dynamodb/expressions.ts';
import { longestLagMs } from '../../../dynamodb/history.ts';
import { pickEntries } from '../../../dynamodb/luck.ts';
import { deadLetterSteps } from '../../../sale/check/dead-letter.ts';
import { readRows } from '../../../sale/check/table-rows.ts';
import { failure } from '../channels.ts';
import { sharedSecret } from '../partner.ts';
import type { Platform, Ports, World } from '../platform.ts';
import { findAttributeRefusal, type Sent, toEnvelope } from '../sqs-attributes.ts';
import { simulateTables } from './client.ts';

const throttled = failure('ThrottlingException');
const timeout = failure('TimeoutError');

/** The real AWS adapters, with a simulated service behind each of their three clients. */
export function dynamodbPlatform(world: World): Platform {
  const tables = simulateTables(
    world.calls,
    (table, before, after) => watch(world, table, before, after),
    (process, orderId) => world.finished?.(process, orderId),
  );
  Object.assign(sqs, { send: queueClient(world) });
  Object.assign(eventBridge, { send: busClient(world) });
  Object.assign(secretsManager, { send: secretClient(world) });
  const ledger = orderLedger({ orders: 'orders', stock: 'stock' });
  const views = salesViews('views', async () => '');
  return {
    lags: { listLagMs: longestLagMs, listedStateLagMs: longestLagMs, productLagMs: longestLagMs, postponedLagMs: 0 },
    groups: { ledger, glances: orderGlances('orders') },
    groupViews: views,
    ports: openPorts(ledger, views),
    eventOf: (image) => eventIn(image as object),
    stored: (table, key) => tables.get(table, key),
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

const openPorts = (ledger: Ports['ledger'], views: Ports['views']): Ports => ({
  orders: orderStore('orders'),
  ledger,
  products: { ...productReader('catalog', { consistent: true }), ...productWriter('catalog') },
  stock: { ...stockLevels('stock'), ...stockSupply({ stock: 'stock', catalog: 'catalog' }) },
  views,
  sales: salesReader('views'),
  queue: orderQueue('order-requests'),
  dead: deadLetters('settlement-letters'),
  bus: eventBus('events'),
});

// Cached, because a redelivered record has the same event.
const eventsRead = new WeakMap<object, OrderEvent | undefined>();

function eventIn(image: object): OrderEvent | undefined {
  if (!eventsRead.has(image)) eventsRead.set(image, parseOrderEvent({ dynamodb: { NewImage: image } }));
  return eventsRead.get(image);
}

export function watch(
  { witness, changed, noted, viewed }: World,
  table: string,
  before: Item | undefined,
  after: Item,
): void {
  if (table === 'coordination' && String(after.pk).startsWith('NOTE#')) noted?.(String(after.text));
  if (table === 'views') viewed?.(after);
  if (table !== 'orders' && table !== 'stock') return;
  const [kind, id = ''] = String(after.pk).split('#');
  const left = Number(after.left);
  if (kind === 'STOCK') witness.stockMoved(id, left, left - Number(before?.left ?? 0));
  if (kind === 'HOLDING') witness.holdingMoved(String(after.sku), String(after.customer), Number(after.units));
  if (kind !== 'ORDER') return;
  if (String(after.sk).startsWith('EVENT#') && !before) changed(id, marshall(after));
  if (after.sk !== 'ORDER') return;
  if (!before) witness.opened(id, String(after.sku), String(after.customer));
  else witness.moved(id);
  if (before && after.state === 'REJECTED') witness.rejected(id);
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const queueLimits = { bytes: 1_024 * 1_024, delaySeconds: 900 };
/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const busLimits = { entries: 10, bytes: 1_024 * 1_024 };

interface Send {
  readonly input: Sent & {
    readonly QueueUrl: string;
    readonly MessageBody: string;
    readonly DelaySeconds?: number;
  };
}

export function queueClient(world: World) {
  const { calls, enqueue, postpone, bury } = world;
  /** @returns the reason that the service rejects the message, if it does */
  function accept(
    sender: string,
    { QueueUrl, MessageBody, DelaySeconds = 0, ...sent }: Send['input'],
  ): string | undefined {
    const envelope = toEnvelope(sent);
    if (QueueUrl === 'order-requests') enqueue(MessageBody, sender);
    else if (QueueUrl === 'fulfilment-requests') postpone?.(MessageBody, DelaySeconds * 1_000, sender);
    else {
      const step = deadLetterSteps.find((one) => QueueUrl === `${one}-letters`);
      if (!step) return `no queue has the address ${QueueUrl}`;
      bury(MessageBody, envelope.attributes?.reason?.value as DeadLetterReason, step, envelope);
    }
    return undefined;
  }
  return ({ input }: Send) => {
    const sender = calls.scheduler.current?.name ?? '';
    return calls.make<object>({
      name: `SendMessage ${input.QueueUrl}`,
      execute(answer) {
        const refusal = findQueueRefusal(input) ?? accept(sender, input);
        answer(refusal === undefined ? {} : calls.refuse(refusal));
      },
      busy: () => throttled,
      lost: () => timeout,
    });
  };
}

function findQueueRefusal({ MessageBody, DelaySeconds = 0, ...sent }: Send['input']): string | undefined {
  const bytes = Buffer.byteLength(MessageBody);
  if (bytes < 1 || bytes > queueLimits.bytes) return `a message of ${bytes} bytes, at most 1 MiB and not empty`;
  const isDelay = Number.isInteger(DelaySeconds) && DelaySeconds >= 0 && DelaySeconds <= queueLimits.delaySeconds;
  return isDelay ? findAttributeRefusal(sent) : `DelaySeconds is ${DelaySeconds}, must be a whole number from 0 to 900`;
}

const secretClient =
  ({ calls }: World) =>
  () =>
    calls.make<object>({
      name: 'GetSecretValue',
      execute: (answer) => answer({ SecretString: sharedSecret }),
      busy: () => throttled,
      lost: () => timeout,
    });

interface Put {
  readonly input: { readonly Entries: readonly { readonly Detail: string }[] };
}

export function busClient({ calls, published, finished }: World) {
  return ({ input: { Entries } }: Put) => {
    const process = calls.scheduler.current?.name ?? '';
    const accepted: OrderEvent[] = [];
    const sent = calls.make<object>({
      name: 'PutEvents',
      // A conflict here makes the bus reject some entries.
      execute(answer, { conflict, pick }) {
        const bytes = Entries.reduce((sum, { Detail }) => sum + Buffer.byteLength(Detail), 0);
        if (Entries.length < 1 || Entries.length > busLimits.entries || bytes > busLimits.bytes)
          return answer(
            calls.refuse(`PutEvents of ${Entries.length} entries and ${bytes} bytes, at most 10 and 1 MiB`),
          );
        const isRefused = pickEntries(conflict ? Entries.length : 0, pick);
        const results = Entries.map(({ Detail }, index) => {
          if (isRefused(index)) return { ErrorCode: 'ThrottlingException' };
          accepted.push(JSON.parse(Detail));
          return { EventId: String(index) };
        });
        for (const event of accepted) published(event);
        answer({ FailedEntryCount: Entries.filter((_, index) => isRefused(index)).length, Entries: results });
      },
      busy: () => throttled,
      lost: () => timeout,
    });
    sent.then(
      () => {
        for (const { order } of accepted) finished?.(process, `${order.orderId} ${order.version}`);
      },
      () => finished?.(process, undefined),
    );
    return sent;
  };
}
