import type { Stage } from '../stages/stage-settings.ts';

/** How long an order may make no progress before the sweeper re-enqueues it. */
export function sweeperEnvironment({ sweeper, fulfilment }: Stage): Record<string, string> {
  return {
    STUCK_MS: String(sweeper.stuckMinutes * 60_000),
    CANCELLABLE_MS: String(fulfilment.cancellableSeconds * 1_000),
  };
}
