import { CliError } from '../../cli/cli.ts';
import { type Progress, showProgress } from '../../cli/progress.ts';
import { stopRequest } from './stop-request.ts';

/** Callbacks of a start. */
export interface Hooks {
  /** Reports the current step. */
  readonly onProgress: (text: string) => void;
  /** Reports that a started process exited unexpectedly. */
  readonly onCrash: (text: string) => void;
}

/** Starts a system, runs work on it, and stops it whether the work succeeds, fails or is interrupted. */
export async function whileRunning<System extends { stop(): Promise<void> }, Result>(
  start: (hooks: Hooks) => Promise<System>,
  describe: (system: System) => string,
  work: (system: System, progress: Progress) => Promise<Result>,
): Promise<Result> {
  const progress = showProgress();
  const stop = stopRequest();
  const begun = performance.now();
  const system = await start({
    onProgress: progress.step,
    onCrash: (text) => stop.because(new CliError('engine_crashed', text, 'Start again; its state was in memory.')),
  });
  try {
    progress.line(`up after ${((performance.now() - begun) / 1_000).toFixed(0)} s: ${describe(system)}`);
    const broken = stop.requested.then(() => Promise.reject(new Error('stopped')));
    return await Promise.race([work(system, progress), broken]);
  } finally {
    await system.stop();
    progress.done();
  }
}
