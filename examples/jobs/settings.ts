/** The stage's name: names of its resources begin with the project's and this. */
export const stageName = 'jobs';

/** The worker's time limit. Ten of them are left for the calls that run: see `runtime/batch.ts`. */
export const workerSeconds = 15;

/** How long the queue hides a message from others. AWS demands six time limits of the worker. */
export const hiddenSeconds = 6 * workerSeconds;

/** After so many deliveries the queue gives a message up itself. More than the attempts, which faults use up, too. */
export const maxReceives = 8;
