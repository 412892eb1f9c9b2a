import type { Progress } from '../../cli/progress.ts';
import { whileRunning } from '../process/while-running.ts';
import { type Regions, startRegions } from './regions.ts';

/** The multi-region stage for this machine. */
const stage = 'local-regions';

/** Starts the regions of the local stage, runs work on them, and stops them. */
export function withRegions<Result>(work: (regions: Regions, progress: Progress) => Promise<Result>): Promise<Result> {
  return whileRunning(
    (hooks) => startRegions({ ...hooks, stage }),
    ({ platforms }) => platforms.map(({ region, apiUrl }) => `${region} ${apiUrl}`).join(', '),
    work,
  );
}
