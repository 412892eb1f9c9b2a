/**
 * How many invocations each function may have at once on this machine. A worker of the engine takes 75 to 95 MB, and
 * all functions share one cap: without a share of its own, a burst of posts would starve the worker and the stream.
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

/** For functions that run at a deploy and have no share of their own. */
const deployShare = 1;

/** The engine's cap: the sum of the shares, so that no function can be refused for another's sake. */
export const engineConcurrency = Object.values<number>(concurrencyByService).reduce(
  (sum, share) => sum + share,
  deployShare,
);

/** Idle workers above one per function end after this time. */
export const idleWorkerSeconds = 30;

/** Requests that may wait in the front door for a free place; more are answered 503, as a real endpoint would. */
export const longestApiQueue = 2_000;

/** Stacks that the CDK CLI deploys at once. */
export const deployConcurrency = 3;
