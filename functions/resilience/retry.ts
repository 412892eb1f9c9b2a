import { RetryLater } from '../ports/retry-later.ts';
import type { Meter, Pause } from '../ports/runtime.ts';

const retries = 3;
const firstWaitMs = 20;

/**
 * Retries an undecided attempt at most three times, with full jitter. Short, because the caller's queue retries for
 * longer.
 *
 * @throws {RetryLater} when still undecided
 */
export async function retryConflicts<Outcome>(
  attempt: () => Promise<Outcome | 'conflict'>,
  { pause, meter }: { pause: Pause; meter: Meter },
): Promise<Outcome> {
  for (let retry = 0; ; retry++) {
    const outcome = await attempt();
    if (outcome !== 'conflict') return outcome;
    meter.count('Conflicts');
    if (retry === retries) throw new RetryLater(`still conflicting after ${retries} retries`);
    await pause(firstWaitMs * 2 ** retry);
  }
}
