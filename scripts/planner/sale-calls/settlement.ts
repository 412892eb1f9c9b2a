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
  /** Transactions among them that are refused: a shard is short, or a customer above a limit. */
  readonly refused: number;
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
 * for each shard, the smallest group first; where one is short, a snapshot decides about all that are left. Not in it are
 * races: when another batch takes the units first, or a customer cancels, more is tried.
 */
export function triesOf(orders: readonly Decided[], groupMax: GroupMax): Tries {
  const groups = [...Map.groupBy(orders, preferred).values()].toSorted((a, b) => a.length - b.length);
  const [scout = []] = groups;
  const missed = groups.filter((group) => group.some(isMissed));
  const unread = add(groups.filter((group) => !missed.includes(group)).map((group) => triesOfShard(group, groupMax)));
  if (missed.length === 0) return unread;
  // The others wait for the scout's outcome, and are not tried when it is short.
  if (missed.includes(scout)) return add([oneRefused, triesBySnapshot(orders, groupMax)]);
  return add([unread, ...missed.map(() => oneRefused), triesBySnapshot(missed.flat(), groupMax)]);
}

const oneRefused: Tries = { transactions: 1, refused: 1, snapshots: 0 };

/** One transaction for each shard that serves, for each order of several shards, and for rejections. */
function triesBySnapshot(orders: readonly Decided[], groupMax: GroupMax): Tries {
  const split = orders.filter(({ allocation }) => allocation.length > 1);
  const whole = orders.filter(({ allocation }) => allocation.length === 1);
  const shardOf = (order: Decided) => order.allocation[0]?.shard ?? preferred(order);
  const groups = [...Map.groupBy([...whole, ...orders.filter(isOver)], shardOf).values()];
  const served = [...split, ...whole].reduce((sum, { quantity }) => sum + quantity, 0);
  // An order for no more than the snapshot held waits for those that it serves, and for another snapshot.
  const rejected = Map.groupBy(orders.filter(isSoldOut), ({ quantity }) => quantity <= served);
  const rejections = [...rejected.values()].map((some) => Math.ceil(some.length / groupMax.rejected));
  const others = rejections.reduce((sum, count) => sum + count, split.length);
  const snapshots = rejected.has(true) ? 2 : 1;
  return add([
    ...groups.map((group) => triesOfShard(group, groupMax)),
    { transactions: others, refused: 0, snapshots },
  ]);
}

/** Orders above their customer's limit refuse the transaction once; they are then rejected, and the others tried again. */
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
