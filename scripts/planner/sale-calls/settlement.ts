import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import { rankShardsFor } from '../../../functions/domain/sharding.ts';
import { toChunks } from '../../../functions/lib/chunks.ts';
import type { CountedCalibration } from '../calibration/counted.ts';

/** The decision about an order, from its event. */
export type Decided = Pick<
  OrderEvent['order'],
  'orderId' | 'customer' | 'quantity' | 'shardCount' | 'limitPerCustomer' | 'allocation' | 'reason'
>;

/** Attempted transactions, and snapshots of a product's shards. */
export interface Tries {
  readonly transactions: number;
  /** Refused transactions among them: insufficient stock on a shard, or a customer above the limit. */
  readonly refused: number;
  readonly snapshots: number;
}

type GroupMax = CountedCalibration['groupMax'];

const isOver = ({ reason }: Decided): boolean => reason === 'LIMIT_REACHED';
const isSoldOut = (order: Decided): boolean => order.allocation.length === 0 && !isOver(order);
const preferred = (order: Decided): number => rankShardsFor(order)[0] ?? 0;

/** True if the order's preferred shard did not serve it. */
const isMissed = (order: Decided): boolean =>
  !isOver(order) && (order.allocation.length !== 1 || order.allocation[0]?.shard !== preferred(order));

/**
 * Transactions and snapshots to settle a product's pending orders in one batch, by the rules of `settle-product.ts`: a
 * transaction for each shard, the smallest group first. If a shard has insufficient stock, a snapshot decides all
 * remaining orders. Races are not included: more attempts follow when another batch takes the units first, or a
 * customer cancels.
 */
export function triesOf(orders: readonly Decided[], groupMax: GroupMax): Tries {
  const groups = [...Map.groupBy(orders, preferred).values()].toSorted((a, b) => a.length - b.length);
  const [scout = []] = groups;
  const missed = groups.filter((group) => group.some(isMissed));
  const unread = add(groups.filter((group) => !missed.includes(group)).map((group) => triesOfShard(group, groupMax)));
  if (missed.length === 0) return unread;
  // The other groups wait for the scout's outcome. If its stock is insufficient, they go straight to the snapshot.
  if (missed.includes(scout)) return add([oneRefused, triesBySnapshot(orders, groupMax)]);
  return add([unread, ...missed.map(() => oneRefused), triesBySnapshot(missed.flat(), groupMax)]);
}

const oneRefused: Tries = { transactions: 1, refused: 1, snapshots: 0 };

/** One transaction for each serving shard, for each order split across shards, and for rejections. */
function triesBySnapshot(orders: readonly Decided[], groupMax: GroupMax): Tries {
  const split = orders.filter(({ allocation }) => allocation.length > 1);
  const whole = orders.filter(({ allocation }) => allocation.length === 1);
  const shardOf = (order: Decided) => order.allocation[0]?.shard ?? preferred(order);
  const groups = [...Map.groupBy([...whole, ...orders.filter(isOver)], shardOf).values()];
  const served = [...split, ...whole].reduce((sum, { quantity }) => sum + quantity, 0);
  // An order that fits into the snapshot's units waits for the served orders, and for another snapshot.
  const rejected = Map.groupBy(orders.filter(isSoldOut), ({ quantity }) => quantity <= served);
  const rejections = [...rejected.values()].map((some) => Math.ceil(some.length / groupMax.rejected));
  const others = rejections.reduce((sum, count) => sum + count, split.length);
  const snapshots = rejected.has(true) ? 2 : 1;
  return add([
    ...groups.map((group) => triesOfShard(group, groupMax)),
    { transactions: others, refused: 0, snapshots },
  ]);
}

/**
 * Orders above their customer's limit make the transaction fail once. They are then rejected, and the others retried.
 */
function triesOfShard(group: readonly Decided[], { limited, unlimited }: GroupMax): Tries {
  const max = group.some(({ limitPerCustomer }) => limitPerCustomer !== undefined) ? limited : unlimited;
  return add(
    toChunks(group, max).map((together) => {
      const over = together.filter(isOver).length;
      const confirmed = over < together.length ? 1 : 0;
      return { transactions: confirmed + (over > 0 ? 2 : 0), refused: over > 0 ? 1 : 0, snapshots: 0 };
    }),
  );
}

const add = (all: readonly Tries[]): Tries =>
  all.reduce(
    (sum, one) => ({
      transactions: sum.transactions + one.transactions,
      refused: sum.refused + one.refused,
      snapshots: sum.snapshots + one.snapshots,
    }),
    { transactions: 0, refused: 0, snapshots: 0 },
  );
