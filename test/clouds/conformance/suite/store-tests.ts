import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { placeOrder } from '../../../../functions/domain/order.ts';
import type { Product } from '../../../../functions/domain/product.ts';
import { deriveOrderId } from '../../../../functions/intake/place-order.ts';
import { putProduct } from '../../../../functions/stock/put-product.ts';
import { found, freshCustomer, freshSku, offer, place, type System } from './system.ts';

const maxPages = 100;
const longestSku = `s${'k-9'.repeat(20)}zz`;
const longestCustomer = `C${'a_.@-Z9'.repeat(18)}x`;
/** Subjects that issuers may choose. Stores forbid some of these characters in keys, and parse others as syntax. */
const subjects = ['auth0|5f/7c#?\\', "o'brien", 'x y', '%2F', '..', '__x__', '~eA', '-x', `|${'/#?'.repeat(84)}|`];
const longestKey = `key:${'A_.:-z9x'.repeat(15)}1234`;

function stored(customer: string, { key = `key-${randomUUID()}`, sku = 'lamp', at = '2026-11-27T09:00:00.000Z' } = {}) {
  const orderId = deriveOrderId(customer, key);
  const request = { orderId, customer, sku, quantity: 1, unitPrice: 1_999, currency: 'EUR' as const, shardCount: 1 };
  return { order: placeOrder(request, at), requestHash: 'a'.repeat(64) };
}

function product(change: Partial<Product> = {}): Product {
  const changedAt = '2026-11-27T09:00:00.000Z';
  const base = { name: 'Lamp', unitPrice: 1_999, currency: 'EUR' as const, version: 1, shardCount: 1, supplied: 0 };
  return { sku: freshSku(), ...base, changedAt, ...change };
}

export function storeTests(system: () => System): void {
  test('creates an order once, and shows later attempts the stored one', async () => {
    const { orders } = system().ports;
    const customer = freshCustomer();
    const rivals = Array.from({ length: 10 }, (_, index) => ({
      ...stored(customer, { key: 'one-key-for-all' }),
      requestHash: String(index).repeat(64),
    }));
    const outcomes = await Promise.all(rivals.map((rival) => orders.create(rival)));
    const winners = rivals.filter((_, index) => outcomes[index]?.created);
    expect(winners).toHaveLength(1);
    for (const outcome of outcomes) if (!outcome.created) expect(outcome.existing).toEqual(winners[0]);
  });

  test('finds an order immediately, as it was written, and none that was never written', async () => {
    const { orders } = system().ports;
    const one = stored(freshCustomer());
    await orders.create(one);
    expect(await orders.find(one.order.orderId)).toEqual(one.order);
    expect(await orders.find(deriveOrderId('nobody', 'no-such-key'))).toBeUndefined();
  });

  test('creates a product once, and changes only the named version', async () => {
    const { products } = system().ports;
    const first = product();
    const { sku } = first;
    expect(await products.create(first)).toBe(true);
    expect(await products.create({ ...first, name: 'Another' })).toBe(false);
    const details = { name: 'New lamp', unitPrice: 5, currency: 'USD' as const, changedAt: '2026-11-27T10:00:00.000Z' };
    expect(await products.change(sku, 2, details)).toBeUndefined();
    expect(await products.find(sku)).toEqual(first);
    expect(await products.change(sku, 1, details)).toEqual({ ...first, ...details, version: 2 });
    expect(await products.find(sku)).toEqual({ ...first, ...details, version: 2 });
    expect(await products.change(freshSku(), 1, details)).toBeUndefined();
  });

  test("pages a customer's own orders, newest first", async () => {
    const { orders } = system().ports;
    const customer = freshCustomer();
    const own = Array.from({ length: 7 }, (_, i) => stored(customer, { at: `2026-11-27T09:00:0${i >> 1}.000Z` }));
    const others = [`${customer}0`, customer.slice(0, -1)].map((name) => stored(name));
    for (const one of [...own, ...others]) await orders.create(one);

    const seen: string[] = [];
    const times: string[] = [];
    let pages = 0;
    for (let after: Parameters<typeof orders.listByCustomer>[2]; pages < maxPages; pages++) {
      const page = await orders.listByCustomer(customer, 3, after);
      expect(page.orders.length).toBeLessThanOrEqual(3);
      seen.push(...page.orders.map((order) => order.orderId));
      times.push(...page.orders.map((order) => order.acceptedAt));
      if (!page.next) break;
      after = page.next;
    }
    expect(seen.toSorted()).toEqual(own.map(({ order }) => order.orderId).toSorted());
    expect(times).toEqual(times.toSorted().reverse());
    expect(pages).toBe(2);
  });

  test("begins a page at any position, also at another customer's order", async () => {
    const { orders } = system().ports;
    const [customer, stranger] = [freshCustomer(), freshCustomer()];
    const at = (second: number) => `2026-11-27T09:00:0${second}.000Z`;
    const own = [1, 3, 5].map((second) => stored(customer, { at: at(second) }));
    const foreign = stored(stranger, { at: at(4) });
    for (const one of [...own, foreign]) await orders.create(one);
    const { acceptedAt, orderId } = foreign.order;
    const page = await orders.listByCustomer(customer, 10, { acceptedAt, orderId });
    expect(page.orders.map((order) => order.acceptedAt)).toEqual([at(3), at(1)]);
    expect(page.next).toBeUndefined();
  });

  test('pages the products, each of them once', async () => {
    const { products } = system().ports;
    const made = Array.from({ length: 5 }, () => product());
    for (const one of made) await products.create(one);
    const seen: string[] = [];
    for (let after: string | undefined, pages = 0; pages < maxPages; pages++) {
      const page = await products.list(2, after);
      expect(page.products.length).toBeLessThanOrEqual(2);
      seen.push(...page.products.map(({ sku }) => sku));
      if (page.next === undefined) break;
      after = page.next;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(made.map(({ sku }) => sku)));
  });

  test('accepts every id that the grammar allows, and confuses no two', async () => {
    const it = system();
    const { orders, products } = it.ports;
    for (const sku of [longestSku, 'a', 'a-0', '0']) {
      await offer(it, 2, { shards: 2, sku });
      expect(await products.find(sku)).toMatchObject({ sku, supplied: 2 });
    }
    const ids = new Set<string>();
    const customers = [longestCustomer, 'x', 'X', 'x.0', 'x-0', 'x@0', ...subjects];
    for (const customer of customers) {
      const order = await place(it, longestSku, { customer, idempotencyKey: longestKey });
      ids.add(order.orderId);
      const { orders: own } = await orders.listByCustomer(customer, 10);
      expect(own).toEqual([order]);
    }
    expect(ids.size).toBe(customers.length);
  });

  test('changes and removes the limit per customer with the other details', async () => {
    const { products } = system().ports;
    const free = product();
    await products.create(free);
    const { name, unitPrice, currency, changedAt, sku } = free;
    const details = { name, unitPrice, currency, changedAt, limitPerCustomer: undefined };
    for (const [version, limitPerCustomer] of [2, undefined, 5].entries()) {
      const changed = await products.change(sku, version + 1, { ...details, limitPerCustomer });
      const wanted = { ...free, version: version + 2, ...(limitPerCustomer && { limitPerCustomer }) };
      expect(changed).toEqual(wanted);
      expect(await products.find(sku)).toEqual(wanted);
    }
  });

  test('gives a product one currency, whichever of two creations is faster, and keeps it', async () => {
    const { ports } = system();
    const sku = freshSku();
    const bodyIn = (currency: 'EUR' | 'USD') => ({ name: 'Lamp', unitPrice: 1, currency, peakOrdersPerSecond: 1 });
    const race = (['EUR', 'USD'] as const).map((currency) => putProduct(sku, bodyIn(currency), undefined, ports));
    const outcomes = await Promise.allSettled(race);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { currency } = found(await ports.products.find(sku));
    const other = currency === 'EUR' ? 'USD' : 'EUR';
    for (const precondition of ['any exists', [1]] as const) {
      const change = putProduct(sku, bodyIn(other), precondition, ports);
      await expect(change).rejects.toMatchObject({ code: 'CURRENCY_FIXED' });
    }
    expect(await ports.products.find(sku)).toMatchObject({ currency, version: 1 });
  });

  test('keeps the longest name that the contract allows unchanged', async () => {
    const { products } = system().ports;
    const longest = product({ name: '𝄞'.repeat(100) });
    await products.create(longest);
    expect(await products.find(longest.sku)).toEqual(longest);
  });
}
