import type { Order } from './order.ts';
import { totalPrice } from './order.ts';

/** What one order, or any number of them, adds to the sales of its product. */
export interface Sales {
  /** Sold and not given back, fulfilled or not yet. */
  readonly confirmedOrders: number;
  readonly fulfilledOrders: number;
  readonly rejectedOrders: number;
  readonly cancelledOrders: number;
  /** Units that are sold and not given back. */
  readonly reservedUnits: number;
  /** Minor units of the product's currency, for the reserved units. */
  readonly revenue: number;
}

export const noSales: Sales = {
  confirmedOrders: 0,
  fulfilledOrders: 0,
  rejectedOrders: 0,
  cancelledOrders: 0,
  reservedUnits: 0,
  revenue: 0,
};

export const salesFields = Object.keys(noSales) as (keyof Sales)[];

/** Counters are a function of the order's last state alone, so a view moves by a difference and order does not matter. */
export function salesOf(order: Pick<Order, 'state' | 'quantity' | 'unitPrice'>): Sales {
  switch (order.state) {
    case 'CONFIRMED':
    case 'FULFILLING':
      return { ...noSales, confirmedOrders: 1, reservedUnits: order.quantity, revenue: totalPrice(order) };
    case 'FULFILLED':
      return { ...salesOf({ ...order, state: 'CONFIRMED' }), fulfilledOrders: 1 };
    case 'REJECTED':
      return { ...noSales, rejectedOrders: 1 };
    case 'CANCELLED':
      return { ...noSales, cancelledOrders: 1 };
    case 'PENDING':
      return noSales;
  }
}

export function addSales(a: Sales, b: Sales): Sales {
  return combine(a, b, (x, y) => x + y);
}

export function subtractSales(a: Sales, b: Sales): Sales {
  return combine(a, b, (x, y) => x - y);
}

/** A product's counters stand in this many rows, so that one hot product is not one hot row; a reader adds them up. */
export const salesSlots = 8;

/** The row of a product's counters that an order moves: always the same one. */
export function salesSlot(orderId: string): number {
  // An order id is a hash already.
  return Number.parseInt(orderId.slice(-8), 16) % salesSlots;
}

/** The minute of a time, `2026-11-21T10:15`: the grain of the sales curve. */
export function minuteOf(at: string): string {
  return at.slice(0, 16);
}

function combine(a: Sales, b: Sales, with_: (x: number, y: number) => number): Sales {
  return Object.fromEntries(salesFields.map((field) => [field, with_(a[field], b[field])])) as unknown as Sales;
}
