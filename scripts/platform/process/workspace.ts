import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { project } from '../../../functions/contracts/project.ts';
import { startWatchdog, type Watchdog } from './watchdog.ts';

/** The temporary folder of one run. Neither the folder nor the run's processes outlive the run. */
export interface Workspace {
  readonly folder: string;
  readonly watchdog: Watchdog;
  remove(): void;
}

export function createWorkspace(): Workspace {
  const folder = mkdtempSync(join(tmpdir(), `${project}-`));
  const watchdog = startWatchdog(folder);
  // Node uses the nearest package.json. Without this one, a temporary folder below a project of ES modules would turn
  // the engine's CommonJS workers into modules, and every function would fail with an empty error.
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}\n');
  const removeFolder = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  // Last, after the processes that write there were killed. The watchdog stays active and removes the folder again.
  process.once('exit', removeFolder);
  const remove = () => {
    process.off('exit', removeFolder);
    removeFolder();
    watchdog.dismiss();
  };
  return { folder, watchdog, remove };
}
