import type { QueueName } from '../../../../stacks/model/services.ts';
import type { QueueWorkerSettings } from '../../../../stacks/model/stages/stage-settings.ts';
import type { World } from '../world.ts';

export interface Batch {
  readonly size: number;
  /** Seconds that its messages wait for it to fill, on average. */
  readonly wait: number;
}

/** A poller gathers for its window, or until the batch is full; a backlog fills it at once. */
export function toBatch(
  { batchSize, batchingWindowSeconds: window }: QueueWorkerSettings,
  { backlog, arrived, concurrency }: { backlog: number; arrived: number; concurrency: number },
): Batch {
  if (backlog >= batchSize * concurrency) return { size: batchSize, wait: 0 };
  const pollers = Math.min(concurrency, 5);
  const gathered = Math.max(1, (arrived * window) / pollers, backlog / concurrency);
  if (gathered >= batchSize) return { size: batchSize, wait: (batchSize * pollers) / Math.max(arrived, 1e-9) / 2 };
  // One that arrives alone waits for the whole window; one of many waits half of it.
  return { size: gathered, wait: gathered <= 1 ? window : window / 2 };
}

/** Messages of one receive. */
const perReceive = 10;
/** Seconds of an idle poller's long poll. */
const longPoll = 20;
const idlePollers = 5;

/** Requests of the poller: receives and deletes by ten, and the empty ones. */
export function receives(queue: QueueName, arrived: number, taken: number, invocations: number, world: World): void {
  const calls = taken <= 0 ? 0 : Math.max(invocations, taken / perReceive);
  const empty = arrived > 0 ? 0 : (idlePollers / longPoll) * world.seconds;
  world.usage.addQueue(queue, 2 * calls + empty);
}
