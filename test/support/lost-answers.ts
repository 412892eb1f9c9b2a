import type { HttpResult } from '../../functions/contracts/http-event.ts';
import { toOrderEvent } from '../../functions/contracts/order-event.ts';
import { beginFulfilment } from '../../functions/domain/order.ts';
import { intakeApi } from '../../functions/intake/api.ts';
import type { CancelOrderPorts } from '../../functions/intake/cancel-order.ts';
import { deriveOrderId, type PlaceOrderPorts } from '../../functions/intake/place-order.ts';
import type { StockLevels } from '../../functions/ports/stock.ts';
import { settleOrder } from '../../functions/settlement/settle-order.ts';
import { type StockApiPorts, stockApi } from '../../functions/stock/api.ts';
import { requestEvent } from '../../scripts/platform/functions/request-event.ts';
import { traceparent } from './memory-system.ts';

/** Faults of a store call. In the last three the SDK sends the call again, as it does after a lost answer. */
export const fates = ['lost', 'reset', 'repeated', 'repeated after another', 'late, after another'] as const;
export type Fate = (typeof fates)[number];

/** Runs the adapters' store calls, and spoils one of them. */
export class Faults {
  calls = 0;
  /** How many calls in a row `lost` and `reset` spoil: an SDK sends a call again. */
  tries = 1;
  /** Whether another write came in between. */
  anotherCame = false;
  #at = -1;
  #unreachable = 0;
  #fate: Fate = 'lost';
  #another = async (): Promise<unknown> => undefined;

  arm(at: number, fate: Fate, another: () => Promise<unknown>): void {
    [this.calls, this.#at, this.#fate, this.#another] = [0, at, fate, another];
  }

  async run<Answer>(execute: () => Answer | Promise<Answer>): Promise<Answer> {
    const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    if (this.#unreachable > 0) {
      this.#unreachable--;
      throw reset;
    }
    if (this.calls++ !== this.#at) return execute();
    this.#at = -1;
    if (['lost', 'reset'].includes(this.#fate)) this.#unreachable = this.tries - 1;
    if (this.#fate === 'reset') throw reset;
    if (this.#fate !== 'late, after another') await ignoring(execute);
    if (this.#fate === 'lost') throw reset;
    if (this.#fate !== 'repeated') {
      this.anotherCame = true;
      await this.#another();
    }
    return execute();
  }
}

async function ignoring(execute: () => unknown): Promise<void> {
  try {
    await execute();
  } catch {
    // The first answer is lost.
  }
}

export type ShopPorts = StockApiPorts & PlaceOrderPorts & CancelOrderPorts & { readonly stock: StockLevels };

/** A cloud's adapters over an empty store. */
export interface Shop {
  readonly ports: ShopPorts;
  readonly faults: Faults;
  /** Messages that the order queue took. */
  readonly queued: () => number | Promise<number>;
  /** Sends a request of Ada, an administrator, to a host. @default to the API, in this process */
  readonly ask?: (request: Request) => Promise<HttpResult>;
  /** The SDK retries a lost call, so its function answers as if nothing was lost. */
  readonly hidesOneLoss?: boolean;
  /** Invariants that the stored rows break. */
  readonly findViolations?: () => Promise<readonly string[]>;
}

export type Request = NonNullable<Parameters<typeof requestEvent>[0]>;

export async function send({ ports, ask }: Shop, { headers, ...request }: Request): Promise<HttpResult> {
  const sent = { ...request, headers: { 'content-type': 'application/json', ...headers } };
  if (ask) return ask(sent);
  const options = { authenticate: async () => ({ customer: 'ada', admin: true }) };
  const api = request.rawPath?.startsWith('/orders') ? intakeApi(ports, options) : stockApi(ports, options);
  return api(requestEvent(sent));
}

export interface Write {
  readonly prepare?: (shop: Shop) => Promise<unknown>;
  readonly request: Request;
  /** Another client's write in between. */
  readonly another: (shop: Shop) => Promise<unknown>;
  /** Another request that excludes this one. */
  readonly rival: Request;
  /** Whether the request is stored as asked, exactly once. */
  readonly written: (shop: Shop) => Promise<boolean>;
}

const lamp = { name: 'Lamp', unitPrice: 1_999, currency: 'EUR', limitPerCustomer: 3, peakOrdersPerSecond: 200 };
const dearer = { ...lamp, unitPrice: 2_999 };
const cheaper = { ...lamp, unitPrice: 7 };

const put = (body: object, headers: Record<string, string> = {}): Request => ({
  ...{ method: 'PUT', rawPath: '/products/lamp', headers, body: JSON.stringify(body) },
});
const post = (rawPath: string, key: string, body: object): Request => ({
  ...{ method: 'POST', rawPath, headers: { 'idempotency-key': key }, body: JSON.stringify(body) },
});
const restock = (key: string, quantity: number) => post('/products/lamp/stock', key, { quantity });
const order = (body: object) => post('/orders', 'key-of-ada', { sku: 'lamp', quantity: 2, ...body });

const orderId = deriveOrderId('ada', 'key-of-ada');
const cancel: Request = { method: 'DELETE', rawPath: `/orders/${orderId}` };

const create = (shop: Shop) => send(shop, put(lamp));
const offer = async (shop: Shop) => {
  await create(shop);
  await send(shop, restock('first-supply', 10));
};
const place = async (shop: Shop) => {
  await offer(shop);
  await send(shop, order({}));
};
const settle = ({ ports }: Shop) => settleOrder(orderId, traceparent, ports);
const buy = async (shop: Shop) => {
  await place(shop);
  await settle(shop);
};

/** Writes the product over any stored version, or creates it. */
const force = async (shop: Shop, body: object) => {
  if ((await send(shop, put(body))).statusCode >= 300) await send(shop, put(body, { 'if-match': '*' }));
};

async function handOver({ ports }: Shop): Promise<void> {
  const before = await ports.orders.find(orderId);
  if (before?.state !== 'CONFIRMED') return;
  const after = beginFulfilment(before, ports.clock.now());
  await ports.ledger.commit({ before, after, event: toOrderEvent(after, traceparent) });
}

const isOffered = async ({ ports }: Shop, { peakOrdersPerSecond: _, ...asked }: typeof lamp) => {
  const stored = await ports.products.find('lamp');
  return Object.entries(asked).every(([name, value]) => stored?.[name as keyof typeof stored] === value);
};

async function unitsLeft({ ports }: Shop): Promise<number> {
  for (;;) {
    const levels = await ports.stock.snapshot('lamp', 2);
    if (levels) return levels.reduce((sum, { left }) => sum + left, 0);
  }
}

const isOrdered = async ({ ports, queued }: Shop, unitPrice?: number) => {
  const stored = await ports.orders.find(orderId);
  return stored?.quantity === 2 && (await queued()) > 0 && (unitPrice ?? stored.unitPrice) === stored.unitPrice;
};

const isCancelled = async (shop: Shop) =>
  (await shop.ports.orders.find(orderId))?.state === 'CANCELLED' && (await unitsLeft(shop)) === 10;

const change = (headers: Record<string, string>): Write => ({
  prepare: create,
  request: put(dearer, headers),
  another: (shop) => force(shop, cheaper),
  rival: put(cheaper, headers),
  written: (shop) => isOffered(shop, dearer),
});
const creation = (headers: Record<string, string>): Write => ({
  request: put(lamp, headers),
  another: (shop) => force(shop, cheaper),
  rival: put(cheaper, headers),
  written: (shop) => isOffered(shop, lamp),
});
/** Another client changes the product, and changes it back. */
const there = async (shop: Shop, asked: typeof lamp) => {
  await force(shop, cheaper);
  await force(shop, asked);
};

/** Every write of the API. */
export const writes: Readonly<Record<string, Write>> = {
  'a creation': creation({}),
  'a creation if none exists': creation({ 'if-none-match': '*' }),
  'a creation, while others change it and back': { ...creation({}), another: (shop) => there(shop, lamp) },
  'a change of one version': change({ 'if-match': '"1"' }),
  'a change of one version of several': change({ 'if-match': '"1", "7"' }),
  'a change of any version': change({ 'if-match': '*' }),
  'a change, while others change it and back': {
    ...change({ 'if-match': '"1"' }),
    another: (shop) => there(shop, dearer),
  },
  'a restock': {
    prepare: offer,
    request: restock('second-supply', 5),
    another: async (shop) => {
      await send(shop, restock('supply-of-another', 7));
      await force(shop, cheaper);
    },
    rival: restock('second-supply', 6),
    written: async (shop) => (await unitsLeft(shop)) === 15 + (shop.faults.anotherCame ? 7 : 0),
  },
  'an order': {
    prepare: offer,
    request: order({}),
    another: (shop) => force(shop, cheaper),
    rival: order({ quantity: 1 }),
    written: isOrdered,
  },
  'an order for the price that was seen': {
    prepare: offer,
    request: order({ expectedPrice: { unitPrice: 1_999, currency: 'EUR' } }),
    another: (shop) => force(shop, cheaper),
    rival: order({ quantity: 1 }),
    written: (shop) => isOrdered(shop, 1_999),
  },
  'an order within the limit, which others lower': {
    prepare: offer,
    request: order({}),
    another: (shop) => force(shop, { ...lamp, limitPerCustomer: 1 }),
    rival: order({ quantity: 3 }),
    written: isOrdered,
  },
  'a cancel before the settlement': {
    prepare: place,
    request: cancel,
    another: settle,
    rival: cancel,
    written: isCancelled,
  },
  'a cancel after the settlement': {
    prepare: buy,
    request: cancel,
    another: handOver,
    rival: cancel,
    written: isCancelled,
  },
};
