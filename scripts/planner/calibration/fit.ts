export interface Measured<Work> {
  readonly orders: number;
  readonly work: Work;
}

/** Numbers of one kind, by their path: `tables.orders.writeUnits`. */
type Leaves = ReadonlyMap<string, number>;

/** Measured bytes vary a little with the digits of ids. Counts must not vary at all. */
const tolerance = 0.02;

/**
 * Fits `perGroup + orders * perOrder` to groups of three sizes: two of them define the line, the third verifies it.
 *
 * @throws {Error} when the third is not on the line: the work then has another form, and a plan would be wrong
 */
export function fitGroups<Work extends object>(
  step: string,
  [first, between, last]: readonly [Measured<Work>, Measured<Work>, Measured<Work>],
): { readonly perOrder: Work; readonly perGroup: Work } {
  const [low, middle, high] = [toLeaves(first.work), toLeaves(between.work), toLeaves(last.work)];
  const slopes = new Map<string, number>();
  const offsets = new Map<string, number>();
  for (const path of new Set([...low.keys(), ...middle.keys(), ...high.keys()])) {
    const [a = 0, b = 0, c = 0] = [low.get(path), middle.get(path), high.get(path)];
    const slope = (c - a) / (last.orders - first.orders);
    const offset = a - slope * first.orders;
    const expected = offset + slope * between.orders;
    if (Math.abs(expected - b) > tolerance * Math.max(1, Math.abs(b)))
      throw new Error(
        `${step}: ${path.replaceAll(separator, '.')} is ${a}, ${b} and ${c} for ${first.orders}, ${between.orders} and ${last.orders} orders, ` +
          'which is not a share for each group and one for each order',
      );
    slopes.set(path, round(slope));
    offsets.set(path, round(offset));
  }
  return { perOrder: fromLeaves(slopes, first.work), perGroup: fromLeaves(offsets, first.work) };
}

/** The mean of several measurements of one order each. */
export function meanOf<Work extends object>(works: readonly [Work, ...Work[]]): Work {
  const sums = new Map<string, number>();
  for (const work of works)
    for (const [path, value] of toLeaves(work)) sums.set(path, (sums.get(path) ?? 0) + value / works.length);
  return fromLeaves(new Map([...sums].map(([path, sum]) => [path, round(sum)])), works[0]);
}

/** Removes floating-point errors in the last digits, and `-0`. */
const round = (value: number) => Math.round(value * 1e9) / 1e9 + 0;

/** A character in no name of a table, queue or operation. */
const separator = '/';

function toLeaves(value: object, prefix = ''): Map<string, number> {
  const leaves = new Map<string, number>();
  for (const [name, part] of Object.entries(value)) {
    const path = `${prefix}${name}`;
    if (typeof part === 'number') leaves.set(path, part);
    else for (const [deeper, leaf] of toLeaves(part as object, `${path}${separator}`)) leaves.set(deeper, leaf);
  }
  return leaves;
}

/** @param like an object with the same parts, some of which may be empty */
function fromLeaves<Work extends object>(leaves: Leaves, like: Work): Work {
  const parts = Object.entries(like).filter(([, part]) => typeof part === 'object');
  const work: Record<string, unknown> = Object.fromEntries(parts.map(([name]) => [name, {}]));
  for (const path of [...leaves.keys()].toSorted()) {
    const names = path.split(separator);
    const last = names.pop() ?? '';
    const holder = names.reduce((inner, name) => {
      inner[name] ??= {};
      return inner[name] as Record<string, unknown>;
    }, work);
    holder[last] = leaves.get(path);
  }
  return work as Work;
}
