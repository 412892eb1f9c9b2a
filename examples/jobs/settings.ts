/** The stage's name: names of its resources begin with the project's and this. */
export const stageName = 'jobs';

/**
 * The worker's time limit, after which a message of a worker that died is delivered again. Ten of them are left for the
 * calls that run: see `runtime/batch.ts`.
 */
export const workerSeconds = 15;

/** After so many deliveries the queue gives a message up itself. More than the attempts, which faults use up, too. */
export const maxReceives = 8;
