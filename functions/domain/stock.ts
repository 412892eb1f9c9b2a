/** Units by shard. Quantities are positive integers; no shard appears twice. */
export type Allocation = readonly ShardQuantity[];

export interface ShardQuantity {
  readonly shard: number;
  readonly quantity: number;
}

/** A shard without a row holds nothing. */
export interface ShardLevel {
  readonly shard: number;
  readonly left: number;
}

/**
 * Chooses shards for `quantity`: the first in `ranking` that can serve it alone, otherwise the fullest shards together,
 * so that fragmented stock causes no false rejection.
 *
 * @returns undefined when all shards together hold too little
 */
export function allocate(
  levels: readonly ShardLevel[],
  ranking: readonly number[],
  quantity: number,
): Allocation | undefined {
  const left = new Map(levels.map((level) => [level.shard, level.left]));
  const single = ranking.find((shard) => (left.get(shard) ?? 0) >= quantity);
  if (single !== undefined) return [{ shard: single, quantity }];

  const taken: ShardQuantity[] = [];
  let missing = quantity;
  for (const level of levels.toSorted((a, b) => b.left - a.left)) {
    const take = Math.min(missing, level.left);
    if (take > 0) taken.push({ shard: level.shard, quantity: take });
    missing -= Math.max(0, take);
  }
  return missing === 0 ? taken : undefined;
}

/** Spreads a supply evenly; the first shards get the remainder. Omits shards that would get nothing. */
export function spread(quantity: number, shardCount: number): Allocation {
  const each = Math.floor(quantity / shardCount);
  const remainder = quantity % shardCount;
  return Array.from({ length: shardCount }, (_, shard) => ({
    shard,
    quantity: each + (shard < remainder ? 1 : 0),
  })).filter((part) => part.quantity > 0);
}

export interface Wanted {
  readonly quantity: number;
  /** The shards by preference, best first. */
  readonly ranking: readonly number[];
}

/**
 * The outcome of many orders against one snapshot:
 *
 * - `served`: can be taken from these shards, none of which is promised twice.
 * - `hopeless`: exceeds the whole stock of the snapshot.
 * - `waiting`: only the orders served before leave too little. They are not hopeless: one of those may fail and free
 * its units.
 */
export interface Division<Order> {
  readonly served: readonly { readonly order: Order; readonly allocation: Allocation }[];
  readonly hopeless: readonly Order[];
  readonly waiting: readonly Order[];
}

/** Serves orders from one snapshot, in the given sequence. */
export function divide<Order>(
  levels: readonly ShardLevel[],
  orders: readonly Order[],
  want: (order: Order) => Wanted,
): Division<Order> {
  const served: { order: Order; allocation: Allocation }[] = [];
  const [hopeless, waiting]: [Order[], Order[]] = [[], []];
  const stock = levels.reduce((sum, { left }) => sum + left, 0);
  let free = levels;
  for (const order of orders) {
    const { quantity, ranking } = want(order);
    const allocation = quantity <= stock ? allocate(free, ranking, quantity) : undefined;
    if (quantity > stock) hopeless.push(order);
    else if (!allocation) waiting.push(order);
    else {
      served.push({ order, allocation });
      free = without(free, allocation);
    }
  }
  return { served, hopeless, waiting };
}

function without(levels: readonly ShardLevel[], allocation: Allocation): readonly ShardLevel[] {
  const taken = new Map(allocation.map(({ shard, quantity }) => [shard, quantity]));
  return levels.map(({ shard, left }) => ({ shard, left: left - (taken.get(shard) ?? 0) }));
}

/**
 * The units that a region lends to another one: half of its stock, so that both can go on without asking, or `wanted`
 * if that is more. The remainder is spread as evenly as the shards allow. Empty when nothing is left.
 */
export function divideForLoan(levels: readonly ShardLevel[], wanted: number): Allocation {
  const holding = levels.filter(({ left }) => left > 0).toSorted((a, b) => a.left - b.left);
  const stock = holding.reduce((sum, { left }) => sum + left, 0);
  let staying = stock - Math.min(stock, Math.max(wanted, Math.ceil(stock / 2)));
  const parts = holding.map(({ shard, left }, index) => {
    const stays = Math.min(left, Math.ceil(staying / (holding.length - index)));
    staying -= stays;
    return { shard, quantity: left - stays };
  });
  return parts.filter(({ quantity }) => quantity > 0);
}
