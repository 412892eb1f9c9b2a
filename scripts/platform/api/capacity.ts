/**
 * Concurrent invocations of each function on this machine. A worker of the engine takes 75 to 95 MB, and all functions
 * share one cap. Without separate shares, a burst of posts would starve settlement and projection.
 */
export const concurrencyByService = {
  catalog: 2,
  intake: 5,
  stock: 2,
  settlement: 4,
  projection: 2,
  fulfilment: 2,
  sweeper: 1,
  invalidation: 1,
} as const;

export type ServiceName = keyof typeof concurrencyByService;

export const services = Object.keys(concurrencyByService) as ServiceName[];

/** For functions that run during a deploy and have no share of their own. */
const deployShare = 1;

/** The engine's cap: the sum of the shares, so that no function can exhaust another's share. */
export const engineConcurrency = Object.values<number>(concurrencyByService).reduce(
  (sum, share) => sum + share,
  deployShare,
);

/** Idle workers above one per function are stopped after this time. */
export const idleWorkerSeconds = 30;

/** Requests that may wait in the local API; more get 503, as from a real endpoint. */
export const maxApiQueue = 2_000;

/** Stacks that the CDK CLI deploys at once. */
export const deployConcurrency = 3;
