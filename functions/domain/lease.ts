/** What the store holds of a lease. */
export interface LeaseRecord {
  readonly holder: string;
  /** The fence: each new holder has a higher one. */
  readonly token: number;
  /** Epoch milliseconds, by the clock of whoever wrote it. */
  readonly expiresAt: number;
}

/** Clocks differ, so this only decides who may try. What a holder may do is decided by its token. */
export function mayTake(record: LeaseRecord | undefined, nowMs: number): boolean {
  return !record || record.expiresAt <= nowMs;
}

export function taken(before: LeaseRecord | undefined, holder: string, expiresAt: number): LeaseRecord {
  return { holder, token: (before?.token ?? 0) + 1, expiresAt };
}
