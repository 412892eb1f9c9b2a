/** Points that a run keeps: two hours of half-second steps. A longer run keeps every second one, and so on. */
export const mostPoints = 16_384;

/** Halves the points; the first and the last stay. */
export function thinPoints(values: number[]): void {
  for (let index = 1; 2 * index < values.length; index++) values[index] = values[2 * index] ?? 0;
  values.length = Math.ceil(values.length / 2);
}

/** A running total over time. Two of them, for input and output, model a first-in, first-out queue. */
export class Curve {
  readonly #times: number[] = [0];
  readonly #totals: number[] = [0];

  get points(): number {
    return this.#times.length;
  }

  get total(): number {
    return this.#totals.at(-1) ?? 0;
  }

  /** Increases the total at a later time. */
  add(time: number, amount: number): void {
    if (amount <= 0 && this.#totals.at(-1) === this.#totals.at(-2)) {
      this.#times[this.#times.length - 1] = time;
      return;
    }
    this.#times.push(time);
    this.#totals.push(this.total + amount);
    if (this.#times.length <= mostPoints) return;
    thinPoints(this.#times);
    thinPoints(this.#totals);
  }

  /** The time at which the total was reached. */
  timeOf(total: number): number {
    const high = search(this.#totals, total);
    return interpolate(this.#totals, this.#times, high, total);
  }

  totalAt(time: number): number {
    const high = search(this.#times, time);
    return high >= this.#times.length ? this.total : interpolate(this.#times, this.#totals, high, time);
  }
}

/** The first index whose value is at least `wanted`. */
function search(values: readonly number[], wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function interpolate(from: readonly number[], to: readonly number[], high: number, at: number): number {
  if (high === 0) return to[0] ?? 0;
  if (high >= from.length) return to.at(-1) ?? 0;
  const [a = 0, b = 0] = [from[high - 1], from[high]];
  const [c = 0, d = 0] = [to[high - 1], to[high]];
  return a === b ? c : c + ((d - c) * (at - a)) / (b - a);
}
