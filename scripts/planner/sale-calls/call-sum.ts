import type { CountedWork } from '../calibration/counted.ts';

/** Counts by call and target: `dynamodb.Query orders#open`. */
export type Calls = CountedWork['operations'];

/** Adds up calls. */
export class CallSum {
  readonly #counts = new Map<string, number>();

  add(calls: Calls, times = 1): void {
    for (const [call, count] of Object.entries(calls))
      if (count !== 0 && times !== 0) this.#counts.set(call, (this.#counts.get(call) ?? 0) + count * times);
  }

  /** Calls of one invocation. Calls for several orders are rounded up, because the last one may not be full. */
  addInvocation(calls: Calls): void {
    this.add(Object.fromEntries(Object.entries(calls).map(([call, count]) => [call, Math.ceil(count - rounding)])));
  }

  get calls(): Calls {
    return Object.fromEntries(this.#counts);
  }
}

const rounding = 1e-9;

/** `a + times * b`. */
export function plus(a: Calls, b: Calls, times = 1): Calls {
  const sum = new CallSum();
  sum.add(a);
  sum.add(b, times);
  return sum.calls;
}
