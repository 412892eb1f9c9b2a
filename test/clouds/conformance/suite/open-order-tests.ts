import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { openBuckets, toOpenBucket } from '../../../../functions/domain/open-order.ts';
import { beginFulfilment, cancelRefused, fulfilOrder, type Order } from '../../../../functions/domain/order.ts';
import { deriveOrderId } from '../../../../functions/intake/place-order.ts';
import type { OrderPosition } from '../../../../functions/ports/orders.ts';
import { RetryLater } from '../../../../functions/ports/retry-later.ts';
import { sweepAlone } from '../../../../functions/sweeper/policies.ts';
import { cancel, commit, confirm, found, freshCustomer, now, offer, place, reject, type System } from './system.ts';

const maxPages = 100;
const endOfTime = '9999-12-31T23:59:59.999Z';
/** No order has it. */
const lowestOrderId = '00000000-0000-5000-8000-000000000000';

/** A customer and key whose order falls into the bucket. */
function buyerIn(bucket: number) {
  const customer = freshCustomer();
  for (;;) {
    const idempotencyKey = `key-${randomUUID()}`;
    if (toOpenBucket(deriveOrderId(customer, idempotencyKey)) === bucket) return { customer, idempotencyKey };
  }
}

async function readAllPages(
  { ports }: System,
  bucket: number,
  before: string,
  limit: number,
): Promise<OrderPosition[]> {
  const seen: OrderPosition[] = [];
  for (let after: OrderPosition | undefined, page = 0; page < maxPages; page++) {
    const { orders, next } = await ports.open.list(bucket, before, limit, after);
    expect(orders.length).toBeLessThanOrEqual(limit);
    seen.push(...orders);
    if (!next) return seen;
    after = next;
  }
  throw new Error(`the list of bucket ${bucket} did not end after ${maxPages} pages`);
}

const idsOf = (list: readonly { readonly orderId: string }[]) => list.map(({ orderId }) => orderId);

export function openOrderTests(system: () => System): void {
  test('lists the open orders of one bucket that are older than a time, oldest first, page by page', async () => {
    const it = system();
    const sku = await offer(it, 0);
    const [bucket, another] = [openBuckets - 1, 0];
    const own: Order[] = [];
    for (let i = 0; i < 5; i++) own.push(await place(it, sku, buyerIn(bucket)));
    const elsewhere = await place(it, sku, buyerIn(another));
    const [last] = own.slice(-1);

    const seen = await readAllPages(it, bucket, found(last).acceptedAt, 2);
    expect(seen).toEqual(seen.toSorted((a, b) => a.acceptedAt.localeCompare(b.acceptedAt)));
    const wanted = own.slice(0, -1).map(({ acceptedAt, orderId }) => ({ acceptedAt, orderId }));
    expect(seen.filter(({ orderId }) => idsOf(own).includes(orderId))).toEqual(wanted);
    expect(idsOf(seen)).not.toContain(elsewhere.orderId);
    expect(idsOf(await readAllPages(it, bucket, endOfTime, 100))).toEqual(expect.arrayContaining(idsOf(own)));
    const beyond = { acceptedAt: '9999-12-31T23:59:59.998Z', orderId: 'z' };
    expect(await it.ports.open.list(bucket, endOfTime, 1, beyond)).toEqual({
      orders: [],
    });
  });

  test('begins a page at any time, even one at which no order was accepted', async () => {
    const it = system();
    const sku = await offer(it, 0);
    const bucket = openBuckets - 2;
    const [first, second] = [await place(it, sku, buyerIn(bucket)), await place(it, sku, buyerIn(bucket))];
    const own = idsOf([first, second]);
    const listFrom = async (acceptedMs: number, before = endOfTime) => {
      const after = { acceptedAt: new Date(acceptedMs).toISOString(), orderId: lowestOrderId };
      const { orders } = await it.ports.open.list(bucket, before, 100, after);
      return idsOf(orders).filter((orderId) => own.includes(orderId));
    };
    const [firstMs, secondMs] = [first, second].map(({ acceptedAt }) => Date.parse(acceptedAt)) as [number, number];
    // Both may have been accepted in one millisecond.
    expect(new Set(await listFrom(firstMs - 1))).toEqual(new Set(own));
    expect(await listFrom(secondMs - 1)).toContain(second.orderId);
    expect(await listFrom(secondMs + 1)).toEqual([]);
    // The latest start within the bound.
    expect(await listFrom(secondMs - 1, second.acceptedAt)).not.toContain(second.orderId);
  });

  test('keeps an order listed until its final event is handed over', async () => {
    const it = system();
    const sku = await offer(it, 9);
    const isListed = async ({ orderId }: Order) => {
      await it.backend.drain(sku, async () => {});
      return idsOf(await readAllPages(it, toOpenBucket(orderId), endOfTime, 100)).includes(orderId);
    };
    for (const end of [fulfilOrder, cancelRefused]) {
      const order = await place(it, sku);
      expect(await isListed(order)).toBe(true);
      await confirm(it, order, [{ shard: 0, quantity: 1 }]);
      const confirmed = found(await it.ports.orders.find(order.orderId));
      expect(await isListed(confirmed)).toBe(true);
      const handed = beginFulfilment(confirmed, now());
      await commit(it, confirmed, handed);
      expect(await isListed(handed)).toBe(true);
      await commit(it, handed, end(handed, now()));
      expect(await isListed(handed)).toBe(false);
    }
    for (const end of [reject, cancel]) {
      const order = await place(it, sku);
      await end(it, order);
      expect(await isListed(order)).toBe(false);
    }
  });

  test('lists an order once, however often it is sent', async () => {
    const it = system();
    const sku = await offer(it, 0);
    const buyer = buyerIn(0);
    const order = await place(it, sku, buyer);
    await Promise.all(Array.from({ length: 4 }, () => place(it, sku, buyer)));
    const seen = await readAllPages(it, 0, endOfTime, 100);
    const { acceptedAt, orderId } = order;
    expect(seen.filter((position) => position.orderId === orderId)).toEqual([{ acceptedAt, orderId }]);
  });

  test('a sweep ends with the error of an order that it could not read, and the next one sends it', async () => {
    const it = system();
    const { orderId } = await place(it, await offer(it, 0));
    const sent: string[] = [];
    let atMs = Date.parse(now()) + 3_600_000;
    const unread = new Map([[orderId, new RetryLater('the store does not answer')]]);
    const ports = {
      ...it.ports,
      orders: { find: (id: string) => (unread.has(id) ? Promise.reject(unread.get(id)) : it.ports.orders.find(id)) },
      queue: { send: async (request: { orderId: string }) => void sent.push(request.orderId) },
      fulfilments: { send: async () => {} },
      clock: { now: () => new Date(atMs).toISOString() },
      ...{ stuckMs: 1, cancellableMs: 0 },
    };
    const sweep = () => sweepAlone(ports, () => 60_000);
    await expect(sweep()).rejects.toMatchObject({ errors: [unread.get(orderId)] });
    expect(sent).not.toContain(orderId);
    unread.clear();
    // The lease has ended.
    atMs += 3_600_000;
    await sweep();
    expect(sent).toContain(orderId);
  }, 40_000);
}
