/** The stage's name. Resource names begin with the project's name and this one. */
export const stageName = 'jobs';

/** The worker's timeout. The last ten seconds are reserved for calls in progress: see `runtime/batch.ts`. */
export const workerSeconds = 15;

/** Visibility timeout of the queue. AWS recommends six times the worker's timeout. */
export const hiddenSeconds = 6 * workerSeconds;

/**
 * Deliveries before the queue dead-letters a message itself. More than `maxAttempts`, because faults use up deliveries,
 * too.
 */
export const maxReceives = 8;
