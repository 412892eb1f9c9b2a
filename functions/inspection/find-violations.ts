import type { OrderEvent } from '../contracts/order-event.ts';
import { minuteRetentionDays } from '../contracts/view.ts';
import { isSold, type Order } from '../domain/order.ts';

/** An order, and the event of its last transition. */
export interface Sampled {
  readonly order: Order;
  readonly event: OrderEvent | undefined;
}

/** Contents of the stores, read one after another: a transition between two reads can look like a violation. */
export interface Sample {
  readonly at: string;
  /** Orders that are not final, and the newest rehearsals. */
  readonly orders: readonly Sampled[];
  /** The hidden product's counters, and all of its orders that may hold a unit. */
  readonly rehearsal: {
    readonly supplied: number;
    readonly left: readonly number[];
    readonly orders: readonly Order[];
  };
  /** How long an order may wait to be settled. */
  readonly lateMs: number;
  /** Older orders say nothing about the release, and have raised alarms before. */
  readonly recentMs: number;
}

/** Violations of the invariants that hold for every mix of versions. Empty: none found. */
export const findViolations = (sample: Sample): readonly string[] => [
  ...sample.orders.flatMap(({ order, event }) => [...checkEvent(order, event, sample.at), ...checkAllocation(order)]),
  ...checkDeadlines(sample),
  ...checkStock(sample),
];

/** Every retention is longer than this: `checkRetention`. */
const eventsKeptMs = minuteRetentionDays * 86_400_000;

/** Order and event are written in one transaction. The event of an order that is open for long may have expired. */
function checkEvent(
  { orderId, version, state, changedAt }: Order,
  event: OrderEvent | undefined,
  at: string,
): string[] {
  if (version === 1) return state === 'PENDING' ? [] : [`order ${orderId} is ${state} in its first version`];
  if (!event && Date.parse(at) - Date.parse(changedAt) > eventsKeptMs) return [];
  if (!event) return [`order ${orderId} is ${state} in version ${version}, and has no event of that version`];
  const told = event.order.state;
  return told === state ? [] : [`order ${orderId} is ${state} in version ${version}, and its event says ${told}`];
}

function checkAllocation(order: Order): string[] {
  if (!isSold(order)) return [];
  const units = sum(order.allocation.map(({ quantity }) => quantity));
  if (units === order.quantity) return [];
  return [`order ${order.orderId} is ${order.state} for ${order.quantity} units, and took ${units} from the stock`];
}

function checkDeadlines({ at, orders, lateMs, recentMs }: Sample): string[] {
  const now = Date.parse(at);
  return orders.flatMap(({ order: { orderId, state, acceptedAt } }) => {
    const waited = now - Date.parse(acceptedAt);
    const late = state === 'PENDING' && waited > lateMs && waited < recentMs;
    return late ? [`order ${orderId} has been PENDING for ${waited} ms, must be settled within ${lateMs}`] : [];
  });
}

function checkStock({ rehearsal: { supplied, left, orders } }: Sample): string[] {
  const negative = left.filter((units) => units < 0);
  const sold = sum(orders.filter(isSold).map(({ quantity }) => quantity));
  return [
    ...negative.map((units) => `a shard of the hidden product holds ${units} units`),
    ...(sum(left) + sold === supplied
      ? []
      : [`the hidden product was supplied with ${supplied} units: ${sum(left)} are left and ${sold} are sold`]),
  ];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
