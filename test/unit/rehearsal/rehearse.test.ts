import { expect, test } from 'vitest';
import { authorizerClaims } from '../../../functions/adapters/aws/lambda/authorizer.ts';
import { catalogApi } from '../../../functions/catalog/api.ts';
import { listProducts } from '../../../functions/catalog/read-products.ts';
import type { HttpEvent } from '../../../functions/contracts/http-event.ts';
import { rehearsalCustomer, rehearsalSku } from '../../../functions/domain/rehearsal.ts';
import { fulfil } from '../../../functions/fulfilment/fulfil-order.ts';
import { intakeApi } from '../../../functions/intake/api.ts';
import { rehearse } from '../../../functions/rehearsal/rehearse.ts';
import { authenticator } from '../../../functions/runtime/identity.ts';
import { settleOrder } from '../../../functions/settlement/settle-order.ts';
import { stockApi } from '../../../functions/stock/api.ts';
import { offer, type System, settleAll } from '../../support/actions.ts';
import { memoryPartner } from '../../support/memory-partner.ts';
import { memorySystem, traceparent } from '../../support/memory-system.ts';

type Handler = (event: never) => Promise<unknown>;
type Versions = Readonly<Record<string, Handler>>;

const secret = 'an-origin-secret-of-the-stage';
const times = { CACHE_BROWSER_SECONDS: 0, CACHE_EDGE_SECONDS: 0, CACHE_STALE_SECONDS: 0, CACHE_ERROR_SECONDS: 0 };
const none = { batchItemFailures: [] };
const orderIdOf = ({ Records: [record] }: { Records: readonly { body: string }[] }) =>
  JSON.parse(record?.body ?? '{}') as { orderId: string; order: { orderId: string } };

/** The functions of a stage, over one memory. */
function liveVersions(system: System, partner = memoryPartner().partner): Versions {
  const { ports } = system;
  const options = { authenticate: authenticator({}, authorizerClaims), originSecret: secret };
  const open = { pass: <Result>(work: () => Promise<Result>) => work() };
  return {
    intake: intakeApi(ports, options) as Handler,
    stock: stockApi(ports, options) as Handler,
    catalog: catalogApi(ports, { ...times, CACHE_FUNCTION_MS: 0 }, secret) as Handler,
    async settlement(event: never) {
      await settleOrder(orderIdOf(event).orderId, traceparent, ports);
      return none;
    },
    projection: async () => none,
    async fulfilment(event: never) {
      const fulfilment = { ...ports, partner, gate: open, cancellableMs: 0 };
      await fulfil(orderIdOf(event).order.orderId, traceparent, fulfilment);
      return none;
    },
    sweeper: async () => null,
    invalidation: async () => null,
  };
}

/** Rehearses version 2 of a service: the live code, unless the test passes another handler. */
async function rehearseVersion(service: string, candidate?: (live: Handler, system: System) => Handler) {
  const system = memorySystem();
  const live = liveVersions(system);
  const called: string[] = [];
  const { ports } = system;
  const run = rehearse({ service, version: '2' }, 'd-ABCDEF123.1', {
    functions: {
      async call(name, qualifier, event) {
        called.push(`${name}:${qualifier}`);
        const handler = live[name];
        if (!handler) throw new Error(`no function ${name}`);
        return qualifier === '2' && candidate ? candidate(handler, system)(event as never) : handler(event as never);
      },
    },
    orders: ports.orders,
    images: {
      async findEvent(orderId, version) {
        const event = system.state.events.find(({ order }) => order.orderId === orderId && order.version === version);
        if (!event) throw new Error(`no event ${version}`);
        return event;
      },
      findProduct: async (sku) => system.state.products.get(sku),
    },
    clock: { now: () => new Date().toISOString() },
    // The live worker of the queue.
    sleep: async () => void (await settleAll(system)),
    alias: 'live',
    originSecret: secret,
    patienceMs: 2_000,
  });
  return { run, system, called };
}

const services = ['catalog', 'intake', 'settlement', 'projection', 'fulfilment', 'sweeper', 'stock', 'invalidation'];

test.each(services)('a good version of %s gets its order through, and leaves nothing sold', async (service) => {
  const { run, system, called } = await rehearseVersion(service);
  await run;
  expect(called).toContain(`${service}:2`);
  const [order] = [...system.state.orders.values()];
  expect(order?.order).toMatchObject({ state: 'CANCELLED', sku: rehearsalSku, customer: rehearsalCustomer });
  const left = [...system.state.shards.values()].reduce((sum, shard) => sum + shard.left, 0);
  expect(left).toBe(1_000);
});

const bad: [string, string, (live: Handler, system: System) => Handler, RegExp][] = [
  ...services.map((service): (typeof bad)[number] => [
    service,
    'throws',
    () => async () => Promise.reject(new Error(`${service} is broken`)),
    /is broken/,
  ]),
  ['intake', 'answers 500', () => async () => ({ statusCode: 500, body: '{}' }), /answered 500, must be 202/],
  ['catalog', 'answers 503', () => async () => ({ statusCode: 503, body: '{}' }), /answered 503, must be 200/],
  [
    'catalog',
    'shows the hidden product',
    () => async () => ({ statusCode: 200, body: JSON.stringify({ items: [{ sku: rehearsalSku }] }) }),
    /must be hidden/,
  ],
  [
    'catalog',
    'finds the hidden product',
    () => async () => ({ statusCode: 200, body: JSON.stringify({ items: [] }) }),
    /\{sku\}: answered 200, must be 404/,
  ],
  ['settlement', 'does nothing', () => async () => none, /still PENDING/],
  ['settlement', 'reports a failure', () => async () => ({ batchItemFailures: [{}] }), /no failed record/],
  [
    'settlement',
    'rejects what is in stock',
    (_, { state }) =>
      async (event: never) => {
        const { orderId } = orderIdOf(event);
        const stored = state.orders.get(orderId);
        if (stored) state.orders.set(orderId, { ...stored, order: { ...stored.order, state: 'REJECTED', version: 2 } });
        return none;
      },
    /REJECTED, must become CONFIRMED/,
  ],
  ['projection', 'reports a failure', () => async () => ({ batchItemFailures: [{}] }), /no failed record/],
  ['projection', 'answers nothing', () => async () => null, /no failed record/],
  [
    'fulfilment',
    'revives a cancelled order',
    (_, { state }) =>
      async (event: never) => {
        const { orderId } = orderIdOf(event).order;
        const stored = state.orders.get(orderId);
        if (stored) state.orders.set(orderId, { ...stored, order: { ...stored.order, state: 'FULFILLED' } });
        return none;
      },
    /FULFILLED, must stay CANCELLED/,
  ],
];

test.each(bad)('refuses a version of %s that %s', async (service, _, candidate, message) => {
  const { run } = await rehearseVersion(service, candidate);
  await expect(run).rejects.toThrow(message);
});

test('the catalog lists other products, and neither page nor stock of the hidden one', async () => {
  const { run, system } = await rehearseVersion('catalog');
  await run;
  await offer(system, 3);
  const { items } = await listProducts({ limit: 10 }, system.ports.products);
  expect(items.map(({ sku }) => sku)).toEqual(['lamp']);
  const ask = liveVersions(system).catalog as unknown as (event: HttpEvent) => Promise<{ statusCode: number }>;
  for (const rawPath of [`/products/${rehearsalSku}`, `/products/${rehearsalSku}/stock`]) {
    const headers = { 'x-origin-secret': secret };
    const { statusCode } = await ask({
      rawPath,
      headers,
      isBase64Encoded: false,
      requestContext: { http: { method: 'GET' } },
    });
    expect(statusCode).toBe(404);
  }
});

test('an order that its release could not cancel never reaches the partner', async () => {
  const { system, run } = await rehearseVersion('settlement');
  await run;
  const [stored] = [...system.state.orders.values()];
  if (!stored) throw new Error('no order');
  const left = stored.order;
  system.state.orders.set(left.orderId, { ...stored, order: { ...left, state: 'CONFIRMED' } });
  const { partner, book } = memoryPartner();
  await liveVersions(system, partner).fulfilment?.({
    Records: [{ body: JSON.stringify({ order: { orderId: left.orderId } }) }],
  } as never);
  expect(system.state.orders.get(left.orderId)?.order.state).toBe('CANCELLED');
  expect(book).toEqual([]);
});
