import type { Progress } from '../cli/progress.ts';
import { type Platform, type PlatformOptions, startPlatform } from './platform.ts';
import { whileRunning } from './process/while-running.ts';

/** Starts a platform, runs work on it, and stops it. */
export function withPlatform<Result>(
  options: Pick<PlatformOptions, 'stage' | 'iac' | 'innerLoop' | 'metrics' | 'onLog'>,
  work: (platform: Platform, progress: Progress) => Promise<Result>,
): Promise<Result> {
  return whileRunning(
    (hooks) => startPlatform({ ...options, ...hooks }),
    ({ apiUrl, stage, engine }) => `${apiUrl}, stage ${stage} on ${engine}`,
    work,
  );
}
