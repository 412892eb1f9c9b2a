import { describe, expect, it } from 'vitest';
import { type Answer, failed } from '../../../storefront/src/api/answer.ts';
import { Attempts } from '../../../storefront/src/orders/attempts.ts';
import { Purchases } from '../../../storefront/src/orders/purchases.ts';

const order = {
  orderId: 'o1',
  sku: 'mug',
  quantity: 1,
  unitPrice: 1,
  total: 1,
  currency: 'EUR',
  acceptedAt: '',
} as const;
const accepted = { ok: true, body: order, ageMs: 0 } as const;
const mug = { sku: 'mug', name: 'Mug', unitPrice: 1, currency: 'EUR' } as const;

function shop(answers: readonly Answer<typeof order>[], kept = new Map<string, string>()) {
  const sent: { key: string; quantity: number }[] = [];
  const prices: unknown[] = [];
  const waits: number[] = [];
  const said: string[] = [];
  let keys = 0;
  const attempts = new Attempts({
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, text) => kept.set(name, text),
  });
  const purchases = new Purchases({
    client: {
      placeOrder: async (key, { quantity, expectedPrice }) => {
        sent.push({ key, quantity });
        prices.push(expectedPrice);
        return answers[sent.length - 1] ?? failed('UNREACHABLE');
      },
    },
    attempts,
    customer: () => 'anna',
    newKey: () => `key-${++keys}`,
    pause: async (ms) => void waits.push(ms),
    onAccepted: () => {},
    say: (text) => void said.push(text),
  });
  const step = () => purchases.current.value.get('mug')?.step;
  return { purchases, attempts, sent, prices, waits, said, kept, step };
}

describe('a purchase', () => {
  it('is sent once, and drops its key on the answer', async () => {
    const { purchases, attempts, sent, step } = shop([accepted]);
    purchases.buy(mug, 2);
    expect(attempts.of('anna')).toMatchObject([{ key: 'key-1', quantity: 2 }]);
    await expect.poll(step).toBe('accepted');
    expect(sent).toEqual([{ key: 'key-1', quantity: 2 }]);
    expect(attempts.of('anna')).toEqual([]);
  });

  it('sends the price on the page, also after it changed, until there is an answer', async () => {
    const { purchases, prices, step } = shop([failed('UNREACHABLE'), failed('PRICE_CHANGED'), accepted]);
    purchases.buy(mug, 1);
    await expect.poll(step).toBe('refused');
    purchases.buy({ ...mug, unitPrice: 2 }, 1);
    await expect.poll(step).toBe('accepted');
    expect(prices).toEqual([1, 1, 2].map((unitPrice) => ({ unitPrice, currency: 'EUR' })));
  });

  it('retries with the same key, and waits as long as the server asks', async () => {
    const { purchases, sent, waits, step } = shop([failed('UNREACHABLE'), failed('TRY_AGAIN', 7_000), accepted]);
    purchases.buy(mug, 1);
    await expect.poll(step).toBe('accepted');
    expect(sent.map(({ key }) => key)).toEqual(['key-1', 'key-1', 'key-1']);
    expect(waits[1]).toBe(7_000);
  });

  it('stops retrying, keeps the key, and later repeats the same key and quantity', async () => {
    const { purchases, attempts, sent, step, said } = shop([]);
    purchases.buy(mug, 3);
    await expect.poll(step).toBe('unanswered');
    expect(attempts.of('anna')).toHaveLength(1);
    purchases.buy(mug, 9);
    await expect.poll(() => sent.length).toBe(12);
    expect(new Set(sent.map(({ key, quantity }) => key + quantity))).toEqual(new Set(['key-13']));
    expect(said[0]).toBe('Mug: The shop cannot be reached.');
  });

  it('treats a rejection as the answer', async () => {
    const { purchases, attempts, step } = shop([failed('UNKNOWN_PRODUCT')]);
    purchases.buy(mug, 1);
    await expect.poll(step).toBe('refused');
    expect(attempts.of('anna')).toEqual([]);
  });

  it('survives sign-out and reload, for the same customer', async () => {
    const before = shop([failed('UNAUTHENTICATED')]);
    before.purchases.buy(mug, 1);
    await expect.poll(before.step).toBe('unanswered');
    const after = shop([accepted], before.kept);
    after.purchases.resume('bert');
    expect(after.sent).toEqual([]);
    after.purchases.resume('anna');
    await expect.poll(after.step).toBe('accepted');
    expect(after.sent).toEqual(before.sent);
  });
});
