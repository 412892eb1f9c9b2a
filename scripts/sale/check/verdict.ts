export type InvariantId = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10' | 'I11';

export interface CheckOptions {
  /**
   * Maximum time between the timestamp of a change and its commit, while calls are retried or delayed. I7 and I11
   * treat stock and units stamped within this time before a rejection as not yet available. Default 0.
   */
  readonly stampedEarlierMs?: number;
  /**
   * A final order may stay in the index of open orders until a sweep finds it. This happens on a single-partition store
   * that rejected a write, because no transaction covers index and order. Default false.
   */
  readonly unlistedBySweeps?: boolean;
}

export interface Finding {
  /** Number of items checked. Zero proves nothing, so the invariant does not hold. */
  readonly checked: number;
  /** Empty if it holds. */
  readonly violations: readonly string[];
}

export interface Verdict extends Finding {
  readonly id: InvariantId;
  readonly text: string;
}

export function holds(verdict: Verdict): boolean {
  return verdict.checked > 0 && verdict.violations.length === 0;
}
