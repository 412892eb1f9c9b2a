import { isLimited, type Order } from '../domain/order.ts';
import { toChunks } from '../lib/chunks.ts';
import type { GroupLedger } from '../ports/ledger.ts';
import type { OrderStore } from '../ports/orders.ts';
import { type Settlement, type SettlementPorts, settleOrder, settleStoredOrder } from './settle-order.ts';

export interface GroupPorts extends SettlementPorts {
  readonly ledger: GroupLedger;
  /** Cheaper reads: a result may be old, or miss a new order. Each transaction checks the state that was read. */
  readonly glances: Pick<OrderStore, 'find'>;
  /** @throws when too little time is left to start more work */
  readonly requireTime: () => void;
}

export interface SettlementRequest {
  readonly orderId: string;
  readonly traceparent: string;
}

export interface Pending extends SettlementRequest {
  readonly order: Order;
}

/** The outcome, or why the message must be redelivered. */
export type Result = PromiseSettledResult<Settlement>;

/** A batch that is being settled. */
export interface BatchRun {
  readonly ports: GroupPorts;
  /** By order id. */
  readonly results: Map<string, Result>;
}

/** Orders settled individually at a time. If all ran at once, those that can be served would conflict. */
const concurrency = 10;

export async function runInTime<Value>(work: () => Promise<Value>, { ports }: BatchRun) {
  const run = async () => {
    ports.requireTime();
    return work();
  };
  const [result] = await Promise.allSettled([run()]);
  return result;
}

export function setAll(orders: readonly SettlementRequest[], result: Result, { results }: BatchRun): void {
  for (const { orderId } of orders) results.set(orderId, result);
}

export interface Found extends SettlementRequest {
  /** Undefined if there is no such order. */
  readonly order?: Order;
}

/** Settles an order as it was read. */
export async function settleFound({ orderId, order, traceparent }: Found, run: BatchRun): Promise<void> {
  run.results.set(orderId, await runInTime(() => settleStoredOrder(order, traceparent, run.ports), run));
}

async function settleAlone({ orderId, traceparent }: SettlementRequest, run: BatchRun): Promise<void> {
  run.results.set(orderId, await runInTime(() => settleOrder(orderId, traceparent, run.ports), run));
}

/**
 * Settles orders that could not be settled with others, reading each again. Orders of a customer under a limit run one
 * after the other, because they would conflict on the customer's holding.
 */
export async function settleEach(orders: readonly Pending[], run: BatchRun): Promise<void> {
  const chains = Map.groupBy(orders, ({ order }) => (isLimited(order) ? order.customer : order.orderId));
  const settleChain = async (chain: readonly Pending[]) => {
    for (const one of chain) await settleAlone(one, run);
  };
  for (const some of toChunks([...chains.values()], concurrency)) await Promise.all(some.map(settleChain));
}
