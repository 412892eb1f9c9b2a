import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import { rankShardsFor } from '../../../functions/domain/sharding.ts';
import { toChunks } from '../../../functions/lib/chunks.ts';
import type { CountedCalibration } from '../calibration/counted.ts';

/** The decision about an order, as its event holds it. */
export type Decided = Pick<
  OrderEvent['order'],
  'orderId' | 'customer' | 'quantity' | 'shardCount' | 'limitPerCustomer' | 'allocation' | 'reason'
>;

/** Transactions that were tried, and snapshots of a product's shards. */
export interface Tries {
  readonly transactions: number;
  readonly snapshots: number;
}

type GroupMax = CountedCalibration['groupMax'];

const isOver = ({ reason }: Decided): boolean => reason === 'LIMIT_REACHED';
const isSoldOut = (order: Decided): boolean => order.allocation.length === 0 && !isOver(order);
const preferred = (order: Decided): number => rankShardsFor(order)[0] ?? 0;

/** The shard that the order preferred did not serve it. */
const isMissed = (order: Decided): boolean =>
  !isOver(order) && (order.allocation.length !== 1 || order.allocation[0]?.shard !== preferred(order));

/**
 * What settling the pending orders of one product in one batch takes, by the rules of `settle-product.ts`: a transaction
 * for each shard, the smallest group first; where one is short, a snapshot decides about all that are left. Not in it is
 * what another batch does meanwhile: when it takes the units first, more is tried.
 */
export function triesOf(orders: readonly Decided[], groupMax: GroupMax): Tries {
  const groups = [...Map.groupBy(orders, preferred).values()].toSorted((a, b) => a.length - b.length);
  const [scout = []] = groups;
  const [missed, served] = [
    groups.filter((group) => group.some(isMissed)),
    groups.filter((group) => !group.some(isMissed)),
  ];
  const unread = sumOf(served, (group) => commitsOf(group, groupMax));
  if (missed.length === 0) return { transactions: unread, snapshots: 0 };
  // The others wait for the scout's outcome, and are not tried when it is short.
  const [tried, left] = missed.includes(scout) ? [1, orders] : [unread + missed.length, missed.flat()];
  const { transactions, snapshots } = triesBySnapshot(left, groupMax);
  return { transactions: tried + transactions, snapshots };
}

/** One transaction for each shard that serves, for each order of several shards, and for rejections. */
function triesBySnapshot(orders: readonly Decided[], groupMax: GroupMax): Tries {
  const split = orders.filter(({ allocation }) => allocation.length > 1);
  const whole = orders.filter(({ allocation }) => allocation.length === 1);
  const groups = Map.groupBy(
    [...whole, ...orders.filter(isOver)],
    (order) => order.allocation[0]?.shard ?? preferred(order),
  );
  const served = sumOf([...split, ...whole], ({ quantity }) => quantity);
  // Who asks for no more than the snapshot held waits for those that it serves, and for another snapshot.
  const [waiting, hopeless] = [true, false].map(
    (is) => orders.filter(isSoldOut).filter((order) => order.quantity <= served === is).length,
  );
  const rejecting = sumOf([waiting ?? 0, hopeless ?? 0], (count) => Math.ceil(count / groupMax.rejected));
  const confirming = sumOf([...groups.values()], (group) => commitsOf(group, groupMax));
  return { transactions: confirming + split.length + rejecting, snapshots: waiting ? 2 : 1 };
}

/** Orders above their customer's limit refuse the transaction once; they are then rejected, and the others tried again. */
function commitsOf(group: readonly Decided[], { limited, unlimited }: GroupMax): number {
  const max = group.some(({ limitPerCustomer }) => limitPerCustomer !== undefined) ? limited : unlimited;
  return sumOf(toChunks(group, max), (together) => {
    const over = together.filter(isOver).length;
    return (over > 0 ? 2 : 0) + (over < together.length ? 1 : 0);
  });
}

const sumOf = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);
