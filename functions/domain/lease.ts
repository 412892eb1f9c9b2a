/** A lease as stored. */
export interface LeaseRecord {
  readonly holder: string;
  /** Fencing token: each new holder gets a higher one. */
  readonly token: number;
  /** Epoch milliseconds, by the writer's clock. */
  readonly expiresAt: number;
}

/** Clocks differ, so this only decides who may try. The token decides what a holder may write. */
export function mayTake(record: LeaseRecord | undefined, nowMs: number): boolean {
  return !record || record.expiresAt <= nowMs;
}

export function taken(before: LeaseRecord | undefined, holder: string, expiresAt: number): LeaseRecord {
  return { holder, token: (before?.token ?? 0) + 1, expiresAt };
}
