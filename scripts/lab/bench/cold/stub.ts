import { createHash } from 'node:crypto';
import { marshall } from '@aws-sdk/util-dynamodb';
import { confirmOrder, placeOrder } from '../../../../functions/domain/order.ts';
import { type Listener, listen } from '../../../platform/http/listen.ts';
import { at, confirmedId, item, orderId, sku } from './first-calls.ts';

const product = {
  ...{ sku, name: 'Lamp', unitPrice: 100, currency: 'EUR', version: 1, shardCount: 1, supplied: 9, changedAt: at },
};
const pending = placeOrder({ ...item, orderId }, at);
const confirmed = confirmOrder({ ...pending, orderId: confirmedId }, [{ shard: 0, quantity: 1 }], at);
const orders = [pending, confirmed].map((order) => ({ ...order, requestHash: 'hash' }));

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

type Answer = (input: {
  readonly TableName?: string;
  readonly MessageBody?: string;
  readonly Key?: { pk?: { S?: string } };
}) => object;

/** By operation, as in the header `x-amz-target`. */
const answers: Readonly<Record<string, Answer>> = {
  GetItem: ({ TableName, Key }) => (TableName === 'catalog' ? { Item: marshall(product) } : findOrder(Key?.pk?.S)),
  BatchGetItem: () => ({ Responses: {}, UnprocessedKeys: {} }),
  Scan: () => ({ Items: [marshall(product)], Count: 1 }),
  PutItem: () => ({}),
  UpdateItem: () => ({ Attributes: {} }),
  TransactWriteItems: () => ({}),
  TransactGetItems: () => ({ Responses: [{ Item: marshall({ left: 9, allocated: 0 }) }] }),
  SendMessage: ({ MessageBody }) => ({ MessageId: orderId, MD5OfMessageBody: md5(MessageBody ?? '') }),
  PutEvents: () => ({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] }),
};

function findOrder(key: string | undefined): object {
  const order = orders.find(({ orderId }) => key === `ORDER#${orderId}`);
  return order ? { Item: marshall(order) } : {};
}

/** Stands for DynamoDB, SQS and EventBridge: each call of a first request gets a plausible answer at once. */
export function startStub(): Promise<Listener> {
  return listen(0, 'the stub of the stores', async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const target = request.headers['x-amz-target']?.toString().split('.').at(-1) ?? '';
    const input = pieces.length > 0 ? JSON.parse(Buffer.concat(pieces).toString()) : {};
    const body = Buffer.from(JSON.stringify(answers[target]?.(input) ?? {}));
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': body.length });
    response.end(body);
  });
}
