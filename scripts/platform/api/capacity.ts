import { type Service, serviceNames } from '../../../stacks/model/services.ts';

/**
 * Concurrent invocations of each function on this machine. A worker of the engine takes 75 to 95 MB, and all functions
 * share one cap. Without separate shares, a burst of posts would starve settlement and projection.
 */
const shares: Readonly<Partial<Record<Service, number>>> = { intake: 5, settlement: 4, sweeper: 1, invalidation: 1 };
const usualShare = 2;

export const concurrencyByService = Object.fromEntries(
  serviceNames.map((name) => [name, shares[name] ?? usualShare]),
) as Readonly<Record<Service, number>>;

/** Share of the functions that run only during a deploy. */
const deployShare = 1;

/** The engine's cap: the sum of the shares, so that no function can exhaust another's share. */
export const engineConcurrency = Object.values(concurrencyByService).reduce((sum, share) => sum + share, deployShare);

/** Idle workers beyond one per function are stopped after this time. */
export const idleWorkerSeconds = 30;

/** Requests that may wait in the local API; more get 503, as from a real endpoint. */
export const maxApiQueue = 2_000;

/** API Gateway allows 10 MB and Lambda 6; the functions themselves reject much shorter bodies. */
export const maxApiBodyBytes = 6 * 1024 * 1024;

/** Number of stacks that the CDK CLI deploys concurrently. */
export const deployConcurrency = 3;
