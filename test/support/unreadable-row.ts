import { hash } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { catalogApi } from '../../functions/catalog/api.ts';
import { placeOrder } from '../../functions/domain/order.ts';
import { intakeApi } from '../../functions/intake/api.ts';
import { deriveOrderId } from '../../functions/intake/place-order.ts';
import type { OrderLedger } from '../../functions/ports/ledger.ts';
import type { OrderStore } from '../../functions/ports/orders.ts';
import type { ProductReader, ProductWriter } from '../../functions/ports/products.ts';
import type { StockSupply } from '../../functions/ports/stock.ts';
import type { SalesReader } from '../../functions/ports/views.ts';
import { logger } from '../../functions/runtime/log.ts';
import { metrics } from '../../functions/runtime/meter.ts';
import '../../functions/runtime/observe.ts';
import { stockApi } from '../../functions/stock/api.ts';
import { requestEvent } from '../../scripts/platform/functions/request-event.ts';

// One row that version N+1 wrote, read by its key in version N.

export type RowKind = 'product' | 'order' | 'counters' | 'supply';

/** A cloud's stores, which hold only the rows that the test puts. */
export interface RowStores {
  readonly ports: {
    readonly orders: OrderStore;
    readonly ledger: OrderLedger;
    readonly products: ProductReader & ProductWriter;
    readonly stock: StockSupply;
    readonly sales: SalesReader;
  };
  readonly put: (kind: RowKind, row: object) => Promise<void>;
  /** All rows, to check that none changed. */
  readonly dump: () => unknown;
}

const at = '2026-11-27T09:00:00.000Z';
let run = 0;

/** Names differ, because a row is logged once in a process. */
function sample(customer: string) {
  const sku = `lamp-${++run}`;
  const key = `key-0000000${run}`;
  const product = { sku, name: 'Lamp', unitPrice: 1_999, currency: 'EUR' as const, version: 1, shardCount: 1 };
  const item = { customer, sku, quantity: 1, unitPrice: 1_999, currency: 'EUR' as const, shardCount: 1 };
  const orderId = deriveOrderId(customer, key);
  const requestHash = hash('sha256', JSON.stringify([sku, 1]));
  return {
    sku,
    key,
    orderId,
    rows: {
      product: { ...product, supplied: 0, changedAt: at },
      order: { ...placeOrder({ ...item, orderId }, at), requestHash },
      counters: { sku },
      supply: { sku, key, quantity: 5, at },
    },
  };
}

const newer: Readonly<Record<RowKind, object>> = {
  product: { currency: 'XAU' },
  order: { state: 'WAITLISTED' },
  counters: { revenue: { EUR: 1 } },
  supply: { quantity: { boxes: 1 } },
};

const details = { name: 'Lamp', unitPrice: 1, currency: 'EUR' };
interface Case {
  readonly method: string;
  readonly path: string;
  readonly unreadable: RowKind;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}
const cases: readonly Case[] = [
  { method: 'GET', path: '/products/SKU', unreadable: 'product' },
  { method: 'GET', path: '/products/SKU/stock', unreadable: 'product' },
  { method: 'GET', path: '/products/SKU/stock', unreadable: 'counters' },
  { method: 'PUT', path: '/products/SKU', unreadable: 'product', body: details },
  { method: 'PUT', path: '/products/SKU', unreadable: 'product', body: details, headers: { 'if-match': '"1"' } },
  { method: 'PUT', path: '/products/SKU', unreadable: 'product', body: details, headers: { 'if-match': '*' } },
  { method: 'PUT', path: '/products/SKU', unreadable: 'product', body: details, headers: { 'if-none-match': '*' } },
  { method: 'POST', path: '/products/SKU/stock', unreadable: 'product', body: { quantity: 5 } },
  { method: 'POST', path: '/products/SKU/stock', unreadable: 'supply', body: { quantity: 5 } },
  { method: 'POST', path: '/orders', unreadable: 'product', body: { quantity: 1 } },
  { method: 'POST', path: '/orders', unreadable: 'order', body: { quantity: 1 } },
  {
    ...{ method: 'POST', path: '/orders', unreadable: 'order' },
    body: { quantity: 1, expectedPrice: { unitPrice: 1, currency: 'EUR' } },
  },
  { method: 'GET', path: '/orders/ID', unreadable: 'order' },
  { method: 'DELETE', path: '/orders/ID', unreadable: 'order' },
];

const meter = { count: () => {} };
const clock = { now: () => at };
const cacheTimes = {
  ...{ CACHE_BROWSER_SECONDS: 0, CACHE_EDGE_SECONDS: 0, CACHE_STALE_SECONDS: 0, CACHE_ERROR_SECONDS: 0 },
  CACHE_FUNCTION_MS: 0,
};

function openApi({ ports }: RowStores, customer: string) {
  const options = { authenticate: async () => ({ customer, admin: true }) };
  const pause = async () => {};
  const queue = { send: async () => {} };
  const all = { ...ports, clock, meter, pause, queue };
  const [catalog, intake, stock] = [
    catalogApi(all, cacheTimes, undefined),
    intakeApi(all, options),
    stockApi(all, options),
  ];
  return ({ method, path, body, headers }: Case, { sku, key, orderId }: ReturnType<typeof sample>) => {
    const read = path.startsWith('/products') && method === 'GET' ? catalog : stock;
    const api = path.startsWith('/orders') ? intake : read;
    const sent = path === '/orders' ? { sku, ...body } : body;
    return api(
      requestEvent({
        method,
        rawPath: path.replace('SKU', sku).replace('ID', orderId),
        headers: { 'content-type': 'application/json', 'idempotency-key': key, ...headers },
        ...(sent && { body: JSON.stringify(sent) }),
      }),
    );
  };
}

async function seed(stores: RowStores, unreadable: RowKind, customer = 'ada') {
  const one = sample(customer);
  for (const kind of ['product', 'order', 'counters', 'supply'] as const) {
    // Other rows are not stored, so a supply or an order is the first one unless its own row is unreadable.
    const row = kind === unreadable ? { ...one.rows[kind], ...newer[kind] } : one.rows[kind];
    if (kind === unreadable || kind === 'product') await stores.put(kind, row);
  }
  return one;
}

export function testUnreadableRows(open: () => RowStores): void {
  test.each(cases)('$method $path answers 503 when the row is unreadable: $unreadable', async (one) => {
    const stores = open();
    const given = await seed(stores, one.unreadable);
    const before = JSON.stringify(stores.dump());
    const spies = {
      error: vi.spyOn(logger, 'error').mockImplementation(() => {}),
      warn: vi.spyOn(logger, 'warn').mockImplementation(() => {}),
      count: vi.spyOn(metrics, 'addMetric').mockImplementation(() => metrics),
    };
    const call = openApi(stores, 'ada');
    // More than the outages after which a guard opens: a row is no outage.
    for (let times = 0; times < 7; times++) {
      const { statusCode, headers, body = '' } = await call(one, given);
      expect(statusCode, body).toBe(503);
      expect(headers).toMatchObject({ 'retry-after': '60', 'content-type': 'application/problem+json' });
      expect(JSON.parse(body)).toMatchObject({ code: 'UNREADABLE_ROW' });
      expect(body).not.toMatch(/XAU|WAITLISTED|boxes/);
    }
    const counted = spies.count.mock.calls.filter(([name]) => name === 'UnreadableRows');
    expect([spies.error.mock.calls.length, spies.warn.mock.calls.length]).toEqual([1, 0]);
    expect(counted.length).toBeGreaterThanOrEqual(7);
    expect(JSON.stringify(stores.dump()), 'nothing was written').toBe(before);
    vi.restoreAllMocks();
  });

  test.each(['GET', 'DELETE'])("%s of another customer's unreadable order answers 404", async (method) => {
    const stores = open();
    const given = await seed(stores, 'order', 'bob');
    const answer = await openApi(stores, 'ada')({ method, path: '/orders/ID', unreadable: 'order' }, given);
    expect([answer.statusCode, JSON.parse(answer.body ?? '').code]).toEqual([404, 'NOT_FOUND']);
  });
}
