import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from 'vitest';
import { eventKey } from '../../../../functions/adapters/aws/keys.ts';
import { toOrderEvent } from '../../../../functions/contracts/order-event.ts';
import { confirmOrder, placeOrder } from '../../../../functions/domain/order.ts';
import { diagnoseOrderRequest, diagnoseStreamRecord } from '../../../../scripts/operations/redrive/diagnose.ts';
import type { DeadLetter, Diagnosis } from '../../../../scripts/operations/redrive/ports.ts';
import { traceparent } from '../../../support/memory-system.ts';

const orderId = '6c1f1c55-6f0b-5f3e-9c7a-8d6a2f4c1b9e';
const request = JSON.stringify({ v: 1, orderId, traceparent });

function letter(body: string, reason?: string): DeadLetter {
  const attributes = reason ? { reason: { type: 'String', value: reason } } : {};
  return { id: 'id', body, envelope: { attributes }, sentAt: 0, receipt: 'receipt' };
}

describe('an order request', () => {
  const cases: [string, DeadLetter, Parameters<typeof diagnoseOrderRequest>[0], Partial<Diagnosis>][] = [
    [
      'for a pending order',
      letter(request),
      async () => 'PENDING',
      { cause: 'FAILED_REPEATEDLY', outlook: 'may succeed' },
    ],
    [
      'for a settled order',
      letter(request),
      async () => 'CONFIRMED',
      { cause: 'FAILED_REPEATEDLY', outlook: 'nothing to do' },
    ],
    ['for a missing order', letter(request), async () => 'missing', { cause: 'UNKNOWN_ORDER', outlook: 'would fail' }],
    [
      'for an unreadable order row',
      letter(request),
      async () => 'unreadable',
      { cause: 'UNREADABLE_ORDER', outlook: 'would fail' },
    ],
    ['that is not JSON', letter('{'), async () => 'missing', { cause: 'MALFORMED_MESSAGE', outlook: 'would fail' }],
    [
      'of a newer version',
      letter('{"v":2}'),
      async () => 'missing',
      { cause: 'MALFORMED_MESSAGE', outlook: 'would fail' },
    ],
    [
      'with an outdated reason',
      letter(request, 'UNKNOWN_ORDER'),
      async () => 'PENDING',
      { cause: 'UNKNOWN_ORDER', outlook: 'may succeed' },
    ],
    ['with an unknown reason', letter('{', 'WHIM'), async () => 'missing', { cause: 'MALFORMED_MESSAGE' }],
  ];
  test.each(cases)('%s is diagnosed', async (_, message, findOrder, diagnosis) => {
    expect(await diagnoseOrderRequest(findOrder)(message)).toMatchObject(diagnosis);
  });
});

describe('a failure of a stream worker', () => {
  const order = {
    orderId,
    customer: 'ada',
    sku: 'lamp',
    quantity: 1,
    unitPrice: 5,
    currency: 'EUR' as const,
    shardCount: 1,
  };
  const at = '2026-11-27T09:00:00.000Z';
  const event = toOrderEvent(confirmOrder(placeOrder(order, at), [{ shard: 0, quantity: 1 }], at), traceparent);
  const record = (image: object) =>
    JSON.stringify({ dynamodb: { Keys: marshall(eventKey(orderId, 2)), NewImage: marshall(image) } });

  test.each<[string, DeadLetter, Partial<Diagnosis>]>([
    [
      'a stream position',
      letter('{"DDBStreamBatchInfo":{"shardId":"1"}}'),
      { cause: 'STREAM_POSITION', outlook: 'cannot be sent' },
    ],
    [
      'an event',
      letter(record(event)),
      { cause: 'FAILED_REPEATEDLY', outlook: 'may succeed', about: `ORDER#${orderId}` },
    ],
    [
      'an event that can be parsed by now',
      letter(record(event), 'MALFORMED_EVENT'),
      { cause: 'MALFORMED_EVENT', outlook: 'may succeed' },
    ],
    [
      'a malformed event',
      letter(record({ order: {} }), 'MALFORMED_EVENT'),
      { cause: 'MALFORMED_EVENT', outlook: 'would fail' },
    ],
    [
      'a malformed product',
      letter(record({ sku: 1 }), 'MALFORMED_PRODUCT'),
      { cause: 'MALFORMED_PRODUCT', outlook: 'would fail' },
    ],
    ['text that is not JSON', letter('rubbish'), { cause: 'MALFORMED_EVENT', outlook: 'cannot be sent' }],
  ])('diagnoses %s', async (_, message, diagnosis) => {
    expect(await diagnoseStreamRecord(message)).toMatchObject(diagnosis);
  });
});
