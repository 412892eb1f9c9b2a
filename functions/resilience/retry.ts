import { RetryLater } from '../ports/retry-later.ts';
import type { Meter, Pause } from '../ports/runtime.ts';

const retries = 3;
const firstWaitMs = 20;

/**
 * Repeats an attempt that ended undecided, at most three times, with full jitter: short, because the queue behind it
 * is the patient retry.
 *
 * @throws {RetryLater} when it is still undecided
 */
export async function retryConflicts<Outcome>(
  attempt: () => Promise<Outcome | 'conflict'>,
  { pause, meter }: { pause: Pause; meter: Meter },
): Promise<Outcome> {
  for (let retry = 0; ; retry++) {
    const outcome = await attempt();
    if (outcome !== 'conflict') return outcome;
    meter.count('Conflicts');
    if (retry === retries) throw new RetryLater(`still in conflict after ${retries} retries`);
    await pause(firstWaitMs * 2 ** retry);
  }
}
