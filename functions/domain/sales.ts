import type { Order } from './order.ts';
import { totalPrice } from './order.ts';

/** Sales counters of a product, from one order or many. */
export interface Sales {
  /** Sold and not returned, fulfilled or not. */
  readonly confirmedOrders: number;
  readonly fulfilledOrders: number;
  readonly rejectedOrders: number;
  readonly cancelledOrders: number;
  /** Units sold and not returned. */
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

/** Depends on the order's last state only: views apply differences, so events may arrive in any order. */
export function toSales(order: Pick<Order, 'state' | 'quantity' | 'unitPrice'>): Sales {
  switch (order.state) {
    case 'CONFIRMED':
    case 'FULFILLING':
      return { ...noSales, confirmedOrders: 1, reservedUnits: order.quantity, revenue: totalPrice(order) };
    case 'FULFILLED':
      return { ...toSales({ ...order, state: 'CONFIRMED' }), fulfilledOrders: 1 };
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

/** Counter rows per product, so that one hot product is not one hot row; readers add them up. */
export const salesSlots = 8;

/** The counter row that an order updates: always the same one. */
export function salesSlot(orderId: string): number {
  // An order id is already a hash.
  return Number.parseInt(orderId.slice(-8), 16) % salesSlots;
}

/** Truncates to the minute, the resolution of the sales curve: `2026-11-21T10:15`. */
export function toMinute(at: string): string {
  return at.slice(0, 16);
}

function combine(a: Sales, b: Sales, operate: (x: number, y: number) => number): Sales {
  return Object.fromEntries(salesFields.map((field) => [field, operate(a[field], b[field])])) as unknown as Sales;
}
