import type { QueueName } from '../../../../stacks/model/services.ts';
import type { QueueWorkerSettings } from '../../../../stacks/model/stages/stage-settings.ts';
import type { World } from '../world.ts';

export interface Batch {
  readonly size: number;
  /** Average time that a message waits for its batch to fill, in seconds. */
  readonly wait: number;
}

/** A poller collects until its window ends or the batch is full. A backlog fills the batch at once. */
export function toBatch(
  { batchSize, batchingWindowSeconds: window }: QueueWorkerSettings,
  { backlog, arrived, concurrency }: { backlog: number; arrived: number; concurrency: number },
): Batch {
  if (backlog >= batchSize * concurrency) return { size: batchSize, wait: 0 };
  const pollers = Math.min(concurrency, 5);
  const gathered = Math.max(1, (arrived * window) / pollers, backlog / concurrency);
  if (gathered >= batchSize) return { size: batchSize, wait: (batchSize * pollers) / Math.max(arrived, 1e-9) / 2 };
  // A single message waits for the whole window, one of many for half of it on average.
  return { size: gathered, wait: gathered <= 1 ? window : window / 2 };
}

/** Maximum number of messages in one receive. */
const perReceive = 10;
/** Duration of an idle poller's long poll, in seconds. */
const longPoll = 20;
const idlePollers = 5;

/** Counts the poller's requests: receives and deletes of ten messages, and empty receives. */
export function receives(queue: QueueName, arrived: number, taken: number, invocations: number, world: World): void {
  const calls = taken <= 0 ? 0 : Math.max(invocations, taken / perReceive);
  const empty = arrived > 0 ? 0 : (idlePollers / longPoll) * world.seconds;
  world.usage.addQueue(queue, 2 * calls + empty);
}
