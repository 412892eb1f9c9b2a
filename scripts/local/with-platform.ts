import { CliError } from '../cli.ts';
import { type Platform, type PlatformOptions, startPlatform } from './platform.ts';
import { type Progress, showProgress } from './progress.ts';
import { stopRequest } from './stop-request.ts';

/** Runs some work on a platform of its own, which ends with it: when it is done, fails, or is interrupted. */
export async function withPlatform<Result>(
  options: Pick<PlatformOptions, 'stage' | 'iac'>,
  work: (platform: Platform, progress: Progress) => Promise<Result>,
): Promise<Result> {
  const progress = showProgress();
  const stop = stopRequest();
  const begun = performance.now();
  const platform = await startPlatform({
    ...options,
    onProgress: progress.step,
    onCrash: (text) => stop.because(new CliError('engine_crashed', text, 'Start again; its state was in memory.')),
  });
  try {
    const seconds = ((performance.now() - begun) / 1_000).toFixed(0);
    progress.line(`up after ${seconds} s: ${platform.apiUrl}, stage ${platform.stage} on ${platform.engine}`);
    const broken = stop.requested.then(() => Promise.reject(new Error('stopped')));
    return await Promise.race([work(platform, progress), broken]);
  } finally {
    await platform.stop();
    progress.done();
  }
}
