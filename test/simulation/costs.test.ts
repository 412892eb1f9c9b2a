import { expect, test } from 'vitest';
import { costLimits, perOrder } from '../../scripts/lab/simulation/costs/costs.ts';
import { type Costs, measureCosts } from '../../scripts/lab/simulation/costs/measure.ts';
import { costsOfOrder } from '../../stacks/model/checks/order-costs.ts';

const batch = 100;
const orders = 300;
const sell = (shards: number, units: number, limited?: { ordersOfEach: number; limit: number }) =>
  measureCosts({ protocol: 'dynamodb', shards, batch, orders, units, ...(limited && { limited }) });
const unitsOf = ({ units }: Costs, table: string) => units.get(table) ?? { reads: 0, writes: 0 };

test.each([8, 64])('rejects an order of a sold-out product within its limits (%i shards)', async (shards) => {
  const counted = await sell(shards, 0);
  expect(counted.confirmed).toBe(0);
  const { calls, writes, reads } = perOrder(counted);
  expect(calls).toBeLessThanOrEqual(costLimits.calls);
  expect(writes).toBeLessThanOrEqual(costLimits.writes);
  expect(reads).toBeLessThanOrEqual(costLimits.reads);
});

test.each([1, 8, 64])('costs what the check of a stage assumes (%i shards)', async (shards) => {
  const assumed = costsOfOrder(shards, batch);
  for (const [counted, { orders: ofOrders, stock }] of [
    [await sell(shards, 10_000), assumed.confirmed],
    [await sell(shards, 0), assumed.soldOut],
  ] as const) {
    // Intake writes the row; settlement the rest.
    const [order, shard] = [unitsOf(counted, 'orders'), unitsOf(counted, 'stock')];
    expect(order.writes / orders).toBeLessThanOrEqual(ofOrders.writes - 1);
    expect(order.reads / orders).toBeLessThanOrEqual(ofOrders.reads);
    expect(shard.writes / orders).toBeLessThanOrEqual(stock.writes);
    expect(shard.reads / orders).toBeLessThanOrEqual(stock.reads);
    // The assumption is not far above, either.
    expect(order.writes / orders).toBeGreaterThan(0.8 * (ofOrders.writes - 1));
    expect(shard.reads / orders).toBeGreaterThanOrEqual(0.9 * stock.reads);
  }
});

test('rejects the orders of a customer beyond the limit together', async () => {
  const counted = await sell(8, 10_000, { ordersOfEach: 10, limit: 1 });
  expect(counted.confirmed).toBe(30);
  expect(perOrder(counted).calls).toBeLessThanOrEqual(costLimits.calls);
});
