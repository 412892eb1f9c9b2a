import { describe, expect, it } from 'vitest';
import { type OrderEvent, toOrderEvent } from '../../../functions/contracts/order-event.ts';
import { cancelOrder, confirmOrder, type Order, placeOrder } from '../../../functions/domain/order.ts';
import { saleCharts } from '../../../scripts/sale/charts.ts';
import type { Snapshot } from '../../../scripts/sale/check/snapshot.ts';

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const at = (ms: number) => new Date(Date.parse('2030-01-01T00:00:00Z') + ms).toISOString();
const orderId = '0191a4f0-0000-5000-8000-000000000001';
const accepted = placeOrder(
  { orderId, customer: 'ada', sku: 'lamp', quantity: 2, unitPrice: 100, currency: 'EUR', shardCount: 1 },
  at(0),
);
const confirmed = confirmOrder(accepted, [{ shard: 0, quantity: 2 }], at(1_400));
const cancelled = cancelOrder(confirmed, at(3_500));

function snapshot(orders: readonly Order[], events: readonly OrderEvent[]): Snapshot {
  const lamp = {
    sku: 'lamp',
    name: 'Lamp',
    unitPrice: 100,
    currency: 'EUR',
    shardCount: 1,
    version: 1,
    supplied: 8,
  } as const;
  return {
    products: [
      { ...lamp, changedAt: at(0) },
      { ...lamp, sku: 'mug', name: 'Mug', changedAt: at(0) },
    ],
    holdings: [],
    supplies: [{ sku: 'lamp', key: 'key', quantity: 8, at: at(0) }],
    ...{ shards: [], orders, events, counted: [], sales: [], deadLetters: [] },
  };
}

describe('the charts of a sale', () => {
  it('show the flow of orders, the wait since the click, and the share of units sold', () => {
    const events = [toOrderEvent(confirmed, traceparent), toOrderEvent(cancelled, traceparent)];
    const clicks = [{ orderId, clickedAt: Date.parse(at(-100)) }];
    const [flow, wait, sold] = saleCharts(snapshot([cancelled], events), clicks);
    expect(flow).toMatchObject({
      unit: 'orders per second',
      seconds: 3.5,
      lines: [
        { name: 'accepted', points: [[0.5, 1]] },
        {
          name: 'settled',
          points: [
            [0.5, 0],
            [1.5, 1],
          ],
        },
      ],
    });
    expect(wait?.lines).toEqual([
      { name: 'p50', points: [[0.5, 1_500]] },
      { name: 'p99', points: [[0.5, 1_500]] },
    ]);
    expect(sold?.lines).toEqual([
      {
        name: 'Lamp',
        points: [
          [0, 0],
          [2, 25],
          [4, 0],
          [4, 0],
        ],
      },
    ]);
  });

  it('are empty without orders', () => {
    expect(saleCharts(snapshot([], []), [])).toEqual([]);
  });
});
