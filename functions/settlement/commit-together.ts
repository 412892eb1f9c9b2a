import { toOrderEvent } from '../contracts/order-event.ts';
import { confirmOrder, isLimited, type Order, type RejectReason, rejectOrder } from '../domain/order.ts';
import type { Allocation } from '../domain/stock.ts';
import { toChunks } from '../lib/chunks.ts';
import type { GroupOutcome, Transition } from '../ports/ledger.ts';
import { retryConflicts } from '../resilience/retry.ts';
import { type BatchRun, type Pending, runInTime, setAll, settleEach } from './batch-run.ts';

export interface Planned extends Pending {
  readonly allocation: Allocation;
}

/**
 * Confirms orders of the same shards together. A refused order is left out, and the others are tried again: an order
 * that changed is settled on its own, one beyond its customer's limit is rejected.
 *
 * @returns the orders that are undecided because a shard has too little for them together
 */
export async function confirmTogether(group: readonly Planned[], run: BatchRun): Promise<readonly Planned[]> {
  /** Customers whose orders were refused together: their orders are tried one at a time. */
  const oneByOne = new Set<string>();
  let rest = group;
  while (rest.length > 0) {
    const tried = admit(rest, oneByOne);
    const transit = ({ order, allocation }: Planned, at: string) => confirmOrder(order, allocation, at);
    const outcome = await commit('confirmed', tried, transit, run);
    if (outcome === 'failed' || outcome === 'committed') {
      rest = without(rest, tried);
      continue;
    }
    const stale = tried.filter(({ orderId }) => outcome.stale.has(orderId));
    const over = tried.filter(({ orderId }) => outcome.overLimit.has(orderId));
    const beyond = findBeyond(rest, over, oneByOne);
    await Promise.all([settleEach(stale, run), rejectTogether(beyond, 'LIMIT_REACHED', run)]);
    rest = without(rest, [...stale, ...beyond]);
    if (outcome.isShort || stale.length + over.length === 0) return rest;
  }
  return [];
}

/** Rejects orders together, for a reason that was true at an instant since they were read. */
export async function rejectTogether(orders: readonly Pending[], reason: RejectReason, run: BatchRun): Promise<void> {
  for (const group of toChunks(orders, run.ports.ledger.maxRejections)) await rejectGroup(group, reason, run);
}

async function rejectGroup(group: readonly Pending[], reason: RejectReason, run: BatchRun): Promise<void> {
  let rest = group;
  while (rest.length > 0) {
    const outcome = await commit('rejected', rest, ({ order }, at) => rejectOrder(order, at, reason), run);
    if (outcome === 'failed' || outcome === 'committed') return;
    const { stale } = outcome;
    const refused = stale.size === 0 ? rest : rest.filter(({ orderId }) => stale.has(orderId));
    await settleEach(refused, run);
    rest = without(rest, refused);
  }
}

/** `failed`: undecided, and the messages must be redelivered. */
async function commit<One extends Pending>(
  settlement: 'confirmed' | 'rejected',
  group: readonly One[],
  transit: (one: One, at: string) => Order,
  run: BatchRun,
): Promise<Exclude<GroupOutcome, 'conflict'> | 'failed'> {
  const { clock, ledger, meter } = run.ports;
  const toTransition = (one: One): Transition => {
    const after = transit(one, clock.now());
    return { before: one.order, after, event: toOrderEvent(after, one.traceparent) };
  };
  meter.count('ShardProbes');
  const result = await runInTime(() => {
    const transitions = group.map(toTransition);
    return retryConflicts(() => ledger.commitTogether(transitions), run.ports);
  }, run);
  if (result.status === 'rejected') {
    setAll(group, result, run);
    return 'failed';
  }
  if (result.value === 'committed') {
    setAll(group, { status: 'fulfilled', value: settlement }, run);
    meter.count(settlement === 'confirmed' ? 'OrdersConfirmed' : 'OrdersRejected', group.length);
  }
  return result.value;
}

/** Leaves out orders that would exceed their customer's limit together, whatever the customer holds. */
function admit(orders: readonly Planned[], oneByOne: ReadonlySet<string>): readonly Planned[] {
  const admitted = new Map<string, { readonly units: number; readonly limit: number }>();
  return orders.filter(({ order }) => {
    if (!isLimited(order)) return true;
    const others = admitted.get(order.customer);
    const units = order.quantity + (others?.units ?? 0);
    const limit = Math.min(limitOf(order), others?.limit ?? Number.POSITIVE_INFINITY);
    if (others && (units > limit || oneByOne.has(order.customer))) return false;
    admitted.set(order.customer, { units, limit });
    return true;
  });
}

/**
 * Orders that are proven to be beyond their limits. A refusal of one order alone shows that its customer holds more than
 * `limit - quantity`; so it refuses all orders of the customer that leave no more room. Several orders that were refused
 * together show nothing about each.
 */
function findBeyond(orders: readonly Planned[], over: readonly Planned[], oneByOne: Set<string>): readonly Planned[] {
  const room = new Map<string, number>();
  for (const [customer, refused] of Map.groupBy(over, ({ order }) => order.customer)) {
    const [only, ...others] = refused;
    if (only && others.length === 0) room.set(customer, roomOf(only.order));
    else oneByOne.add(customer);
  }
  return orders.filter(
    ({ order }) => isLimited(order) && roomOf(order) <= (room.get(order.customer) ?? Number.NEGATIVE_INFINITY),
  );
}

const limitOf = ({ limitPerCustomer = 0 }: Order) => limitPerCustomer;
const roomOf = (order: Order) => limitOf(order) - order.quantity;

function without<One extends Pending>(orders: readonly One[], left: readonly Pending[]): readonly One[] {
  const ids = new Set(left.map(({ orderId }) => orderId));
  return orders.filter(({ orderId }) => !ids.has(orderId));
}
