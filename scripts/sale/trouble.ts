import type { ShopClient } from './client.ts';
import type { PlacedOrder } from './place-orders.ts';

/** Input of a careless or hostile client. None of it may have an effect or cause a 5xx. */
const badBodies: readonly { readonly what: string; readonly body: string; readonly type?: string }[] = [
  { what: 'a truncated document', body: '{"sku":' },
  { what: 'an empty body', body: '' },
  { what: 'nesting 7,000 deep', body: '['.repeat(7_000) },
  { what: 'a megabyte', body: ' '.repeat(1_000_000) },
  { what: '__proto__', body: '{"sku":"kettle","quantity":1,"__proto__":{}}' },
  { what: 'quantity 0', body: '{"sku":"kettle","quantity":0}' },
  { what: 'quantity -1', body: '{"sku":"kettle","quantity":-1}' },
  { what: 'quantity 1.5', body: '{"sku":"kettle","quantity":1.5}' },
  { what: 'quantity 2^53', body: '{"sku":"kettle","quantity":9007199254740992}' },
  { what: 'a price of its own', body: '{"sku":"kettle","quantity":1,"unitPrice":1}' },
  { what: 'a separator in the sku', body: '{"sku":"kettle#0","quantity":1}' },
  { what: 'an unknown product', body: '{"sku":"no-such-thing","quantity":1}' },
  { what: 'another content type', body: '{"sku":"kettle","quantity":1}', type: 'text/plain' },
];

/** Sends all bad input; returns the number of responses by status. */
export async function sendBadInput(shop: ShopClient, token: string): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  const note = (status: number) => statuses.set(status, (statuses.get(status) ?? 0) + 1);
  for (const [index, { body, type = 'application/json' }] of badBodies.entries()) {
    const headers = { 'idempotency-key': `bad-input-${index}`, 'content-type': type };
    note((await shop.call({ method: 'POST', path: '/orders', token, headers, body })).status);
  }
  const good = { sku: 'kettle', quantity: 1 };
  note((await shop.call({ method: 'POST', path: '/orders', token, body: good })).status);
  for (const wrong of ['', 'nonsense', 'a.b.c']) {
    const headers = { 'idempotency-key': 'bad-token-00' };
    note((await shop.call({ method: 'POST', path: '/orders', token: wrong, headers, body: good })).status);
  }
  return statuses;
}

/** Sends messages that no client of the API can produce straight to the queue. Returns their number. */
export async function poisonQueue(send: (body: string) => Promise<void>): Promise<number> {
  const unknownOrder = {
    v: 1,
    orderId: '00000000-0000-5000-8000-000000000000',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  };
  const bodies = ['this is not JSON', JSON.stringify(unknownOrder)];
  for (const body of bodies) await send(body);
  return bodies.length;
}

/** Another customer tries to read and cancel orders. Returns every response other than a 404. */
export async function tryForeignOrders(shop: ShopClient, token: string, orders: readonly PlacedOrder[]) {
  const answers: string[] = [];
  for (const { orderId } of orders) {
    for (const call of [shop.getOrder(token, orderId), shop.cancelOrder(token, orderId)]) {
      const { status, body } = await call;
      if (status !== 404) answers.push(`order ${orderId}: ${status} ${JSON.stringify(body)}`);
    }
  }
  return { attempts: orders.length * 2, answers };
}
