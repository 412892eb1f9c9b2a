import { afterAll, expect, test, vi } from 'vitest';
import { toOrderEvent } from '../../../functions/contracts/order-event.ts';
import type { OrderRequest } from '../../../functions/contracts/order-request.ts';
import { placeOrder, rejectOrder } from '../../../functions/domain/order.ts';
import { findFault } from '../../../functions/lib/fault.ts';
import { goneServer, type WayToBeGone, waysToBeGone } from '../../support/gone-dependency.ts';
import { traceparent } from '../../support/memory-system.ts';
import { streamRecord } from '../../support/stream-record.ts';

// Each dependency of the workers on AWS, gone in each way: the queue, stream or timer must deliver again.

const gone = await goneServer();
afterAll(() => gone[Symbol.dispose]());

// Without the SDK's retries, which take their time and change nothing.
vi.mock('../../../functions/adapters/aws/clients/client-settings.ts', async (original) => {
  const { clientSettings } =
    await original<typeof import('../../../functions/adapters/aws/clients/client-settings.ts')>();
  return { clientSettings: { ...clientSettings, maxAttempts: 1 } };
});

const settings = {
  ...{ AWS_ENDPOINT_URL: gone.url, AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' },
  ...{ ORDERS_TABLE: 't', STOCK_TABLE: 't', VIEWS_TABLE: 't', COORDINATION_TABLE: 't', BUS_NAME: 'bus' },
  ...{
    ORDER_QUEUE_URL: `${gone.url}/1/q`,
    FULFILMENT_QUEUE_URL: `${gone.url}/1/q`,
    DEAD_LETTER_URL: `${gone.url}/1/q`,
  },
  ...{ CANCELLABLE_MS: '0', GIVE_UP_MS: '1000', BREAKER_OPEN_MS: '1000', STUCK_MS: '1000', PARTNER_TIMEOUT_MS: '500' },
  ...{ PARTNER_URL: 'http://127.0.0.1:1', PARTNER_SECRET: 'secret', STAGE: 'local' },
  ...{ DISTRIBUTION_ID: 'cdn', CACHE_FUNCTION_MS: '0' },
};
for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
// The clients of another file in this process would call another endpoint.
vi.resetModules();

const orderId = '3c1e6b1e-6b0a-5d2e-9f43-0a8a1ad7f0c1';
const request: OrderRequest = { v: 1, orderId, traceparent };
const item = { customer: 'ada', sku: 'lamp', quantity: 1, unitPrice: 1, currency: 'EUR' as const, shardCount: 1 };
const order = placeOrder({ ...item, orderId }, '2026-11-27T09:00:00.000Z');
const event = toOrderEvent(rejectOrder(order, '2026-11-27T09:00:01.000Z'), traceparent);
const context = { getRemainingTimeInMillis: () => 30_000, functionName: 'f', awsRequestId: 'r' } as never;
const ways = Object.keys(waysToBeGone) as WayToBeGone[];

const adapters: Readonly<Record<string, () => Promise<unknown>>> = {
  'the order queue': async () =>
    (await import('../../../functions/adapters/aws/messaging.ts')).orderQueue(settings.ORDER_QUEUE_URL).send(request),
  'the dead-letter queue': async () =>
    (await import('../../../functions/adapters/aws/messaging.ts'))
      .deadLetters(settings.DEAD_LETTER_URL)
      .put('x', 'MALFORMED_MESSAGE'),
  'the bus': async () =>
    (await import('../../../functions/adapters/aws/event-bus.ts')).eventBus('bus').publish([event]),
  'the secret store': async () => (await import('../../../functions/adapters/aws/secret.ts')).secret('secret').read(),
  'the CDN': async () => (await import('../../../functions/adapters/aws/cdn.ts')).cdn('cdn').invalidate(['/x'], 'id'),
  'the breaker': async () => (await import('../../../functions/adapters/aws/breaker.ts')).breakerStore('t').read('x'),
  'the views': async () => (await import('../../../functions/adapters/aws/views.ts')).salesViews('t').counted(orderId),
};

test.each(Object.keys(adapters).flatMap((name) => ways.map((way) => ({ name, way }))))(
  '$name that is gone is an outage: $way',
  async ({ name, way }) => {
    gone.be(way);
    const error = await adapters[name]?.().catch((thrown: unknown) => thrown);
    expect(findFault(error), String(error)).toMatch(/^(unavailable|busy)$/);
  },
);

const message = (body: object) => ({ Records: [{ messageId: 'a', body: JSON.stringify(body), attributes: {} }] });
const workers: Readonly<Record<string, () => Promise<unknown>>> = {
  fulfilment: async () => {
    const { handler } = await import('../../../functions/fulfilment/aws.ts');
    return handler(message({ v: 1, traceparent, order: { orderId } }) as never, context);
  },
  'fulfilment, with a malformed message': async () => {
    const { handler } = await import('../../../functions/fulfilment/aws.ts');
    return handler(message({ v: 7 }) as never, context);
  },
  projection: async () => {
    const { handler } = await import('../../../functions/projection/aws.ts');
    return handler({ Records: [streamRecord(event, 0)] } as never, context);
  },
  sweeper: async () => {
    const { handler } = await import('../../../functions/sweeper/aws.ts');
    return handler({} as never, context);
  },
};

test.each(Object.keys(workers).flatMap((name) => ways.map((way) => ({ name, way }))))(
  '$name keeps its work while its stores are gone: $way',
  async ({ name, way }) => {
    gone.be(way);
    const answer = await workers[name]?.().catch((error: unknown) => ({ error }));
    // A worker reports its failed records, or fails as a whole.
    expect(answer).toEqual(
      name === 'sweeper'
        ? { error: expect.any(Error) }
        : { batchItemFailures: [{ itemIdentifier: expect.stringMatching(/^(a|1000)$/) }] },
    );
  },
);
