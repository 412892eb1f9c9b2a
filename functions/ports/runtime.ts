export interface Clock {
  /** ISO 8601 UTC, milliseconds. */
  now(): string;
}

export type Counter =
  | 'OrdersAccepted'
  | 'OrdersConfirmed'
  | 'OrdersRejected'
  | 'OrdersCancelled'
  | 'OrdersFulfilled'
  | 'OrdersRefused'
  | 'FulfilmentsPostponed'
  | 'OrdersSwept'
  | 'Duplicates'
  | 'Conflicts'
  | 'ShardProbes'
  | 'UnitsBorrowed'
  | 'RegionsUnreachable'
  | 'DeadLettered'
  | 'UnreadableRows'
  | 'CacheHits'
  | 'CacheMisses'
  | 'CacheCollapsed'
  | 'Invalidations'
  | 'BreakerOpened'
  | 'BreakerClosed'
  | 'BreakerProbes'
  | 'BreakerRefused'
  | 'BreakerStoreFailures';

export interface Meter<Name extends string = Counter> {
  count(counter: Name, by?: number): void;
}

/** Waits a random time of up to `ms` milliseconds (full jitter). */
export type Pause = (ms: number) => Promise<void>;
