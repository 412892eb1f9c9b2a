import type { Stage } from '../stages/stage-settings.ts';

/** How long an order may stand still before the sweeper asks for it again. */
export function sweeperEnvironment({ sweeper, fulfilment }: Stage): Record<string, string> {
  return {
    STUCK_MS: String(sweeper.stuckMinutes * 60_000),
    CANCELLABLE_MS: String(fulfilment.cancellableSeconds * 1_000),
  };
}
