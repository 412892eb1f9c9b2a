import { describe, expect, it } from 'vitest';
import { customerId } from '../../../functions/contracts/grammar.ts';
import { ShopClient } from '../../../scripts/sale/client.ts';
import { namesNear, sendBadInput, tryForeignOrders } from '../../../scripts/sale/hostile-input.ts';
import { planOrders, showEachKind } from '../../../scripts/sale/workload.ts';
import { stubEngine } from '../platform/stub.ts';

describe('names near a name', () => {
  const names = namesNear('anna');

  it.each<[string, (name: string) => boolean]>([
    ['a prefix', (name) => 'anna'.startsWith(name)],
    ['a suffix', (name) => 'anna'.endsWith(name)],
    ['the name as a prefix', (name) => /^anna\w/.test(name)],
    ['the name as a suffix', (name) => /\wanna$/.test(name)],
    ['the same length', (name) => name.length === 4 && name.toLowerCase() !== 'anna'],
    ['another case', (name) => name === 'ANNA'],
    ["the store's separator", (name) => name.startsWith('anna#')],
  ])('include one with %s', (_, matches) => {
    expect(names.some(matches)).toBe(true);
  });

  it('are all different, and never the name', () => {
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toContain('anna');
    expect(namesNear('1')).not.toContain('');
  });
});

describe('attempts to see orders of others', () => {
  const order = { customer: 'anna', orderId: 'order-1' };

  /** Attempts on an API that shows the order to every customer for whom `leaks` is true. */
  async function attempt(leaks: (customer: string) => boolean) {
    const { url } = await stubEngine(({ headers, url: path }, response) => {
      const customer = headers.authorization?.slice('Bearer '.length) ?? '';
      const isList = path.startsWith('/orders?');
      const status = customerId.safeParse(customer).success ? (isList || leaks(customer) ? 200 : 404) : 401;
      response.writeHead(status).end(JSON.stringify(leaks(customer) ? { items: ['order-1'] } : { items: [] }));
    });
    const orders = namesNear('anna').map(() => order);
    return tryForeignOrders(new ShopClient(url), async (customer) => customer, orders);
  }

  it('count each, and find nothing where nothing leaks', async () => {
    expect(await attempt(() => false)).toEqual({ foreignAttempts: namesNear('anna').length * 6, foreignAnswers: [] });
  });

  it.each<[string, (customer: string) => boolean]>([
    ['a prefix', (customer) => 'anna'.startsWith(customer)],
    ['the name without case', (customer) => customer.toLowerCase() === 'anna'],
    ['the beginning of the name', (customer) => customer.startsWith('anna')],
    ['everybody', () => true],
  ])('find an API that shows an order to %s', async (_, leaks) => {
    expect((await attempt(leaks)).foreignAnswers.length).toBeGreaterThan(0);
  });
});

describe('bad input', () => {
  it('is judged by status and code', async () => {
    const { url } = await stubEngine((_seen, response) => void response.writeHead(404).end('{"code":"NOT_FOUND"}'));
    const tried = await sendBadInput(new ShopClient(url), 'token');
    expect(tried.length).toBeGreaterThan(15);
    expect(tried.filter(({ expected, got }) => expected === got)).toEqual([]);
    expect(tried[0]?.got).toBe('404 NOT_FOUND');
  });
});

describe('a plan that shows each kind', () => {
  it.each([2, 3, 10, 300])('has both repetitions and a cancel with %d orders', (orders) => {
    const plan = showEachKind(planOrders({ orders, seed: 1, skus: ['lamp'], repeatShare: 0.01, cancelShare: 0.01 }));
    expect(new Set(plan.map(({ repeat }) => repeat))).toContain('later');
    expect(new Set(plan.map(({ repeat }) => repeat))).toContain('in parallel');
    expect(plan[0]?.cancel).toBe(true);
  });

  it('changes no more than the first order where each kind is there', () => {
    const plan = planOrders({ orders: 1_000, seed: 1, skus: ['lamp'] });
    expect(showEachKind(plan).slice(1)).toEqual(plan.slice(1));
  });
});
