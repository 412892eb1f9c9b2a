import type { DeployedSystem } from '../../../sale/deployed-quiescence.ts';
import { openWorkQueues } from '../../../sale/soak-conditions.ts';

/** Number of orders that wait for a worker, compared with a limit. */
export interface Backlog {
  /** True if the workers of this machine need several seconds for the waiting orders. */
  isHigh(): boolean;
  stop(): void;
}

const mostWaiting = 60;
const readEachMs = 1_000;

/** Watches the queues of all regions. A region that does not answer counts as empty. */
export function watchBacklog(systems: readonly DeployedSystem[]): Backlog {
  const queues = systems.map(openWorkQueues);
  let waiting = 0;
  const read = async () => {
    const lengths = await Promise.all(queues.map((queue) => queue.lengthOfBoth().catch(() => 0)));
    waiting = lengths.reduce((sum, length) => sum + length, 0);
  };
  const timer = setInterval(() => void read(), readEachMs);
  return {
    isHigh: () => waiting > mostWaiting,
    stop: () => {
      clearInterval(timer);
      for (const queue of queues) queue.close();
    },
  };
}
