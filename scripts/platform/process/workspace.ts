import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWatchdog, type Watchdog } from './watchdog.ts';

/** The temporary folder of one run, and the guarantee that it and the run's processes do not outlive the run. */
export interface Workspace {
  readonly folder: string;
  readonly watchdog: Watchdog;
  remove(): void;
}

export function createWorkspace(): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'flash-sale-'));
  const watchdog = startWatchdog(folder);
  // Node looks for the nearest package.json: without this one, a temporary folder below a project of ES modules would
  // turn the engine's CommonJS workers into modules, and every function would fail with an empty error.
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}\n');
  const removeFolder = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  // Last, after whoever writes there was ended. The watchdog is not dismissed then: it looks once more.
  process.once('exit', removeFolder);
  const remove = () => {
    process.off('exit', removeFolder);
    removeFolder();
    watchdog.dismiss();
  };
  return { folder, watchdog, remove };
}
