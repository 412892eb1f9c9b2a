import type { Clock, Meter, Pause } from '../../../functions/ports/runtime.ts';
import { logger } from '../../../functions/runtime/log.ts';
import { machineNow } from './world/globals.ts';
import type { Scheduler } from './world/scheduler.ts';

// A simulation's log is never read, and writing it takes a tenth of the time.
for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level] = () => {};

export interface RuntimePorts {
  readonly clock: Clock;
  readonly meter: Meter<string>;
  readonly pause: Pause;
}

/** For messages not sent by a client. */
export const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** Clock and pauses in simulated time; each process has its own clock, which may be wrong. */
export function simulatedRuntime(scheduler: Scheduler): RuntimePorts {
  return {
    clock: { now: () => machineNow(scheduler) },
    meter: { count: () => {} },
    pause: (ms) => {
      const owner = scheduler.current;
      return new Promise((resolve) => scheduler.after((owner?.draw() ?? 0) * ms, owner, resolve));
    },
  };
}
