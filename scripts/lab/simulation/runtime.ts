import type { RuntimePorts } from './clients.ts';
import type { Scheduler } from './world/scheduler.ts';

const begin = Date.parse('2026-11-27T09:00:00.000Z');

/** Clock and pauses in simulated time; each process has its own clock, which may be wrong. */
export function simulatedRuntime(scheduler: Scheduler): RuntimePorts {
  return {
    clock: { now: () => new Date(begin + Math.floor(scheduler.now) + (scheduler.current?.skewMs ?? 0)).toISOString() },
    meter: { count: () => {} },
    pause: (ms) => {
      const owner = scheduler.current;
      return new Promise((resolve) => scheduler.after((owner?.draw() ?? 0) * ms, owner, resolve));
    },
  };
}
