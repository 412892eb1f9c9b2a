import type { DeployedSystem } from '../../../sale/deployed-quiescence.ts';
import { openWorkQueues } from '../../../sale/soak-conditions.ts';

/** Orders that wait for a worker. */
export interface Backlog {
  /** More than the workers of this machine finish in some seconds. */
  isHigh(): boolean;
  stop(): void;
}

const mostWaiting = 60;
const readEachMs = 1_000;

/** Watches the queues of all regions that answer. */
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
