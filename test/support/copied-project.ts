import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { copyProject } from '../../scripts/platform/process/copied-project.ts';
import { localFolder, projectFolder } from '../../scripts/platform/process/paths.ts';

/** A copy of the project whose files a test may change. It shares the installed packages and the engine. */
export function copyWithEngine(): { readonly folder: string; remove(): void } {
  const folder = copyProject(projectFolder, 'copied-project-');
  const engine = join(localFolder, 'engine');
  // The copy may be the first to need it.
  mkdirSync(engine, { recursive: true });
  mkdirSync(join(folder, '.local'));
  symlinkSync(engine, join(folder, '.local', 'engine'), 'dir');
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
