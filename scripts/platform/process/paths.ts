import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectFolder = fileURLToPath(new URL('../../../', import.meta.url));
/** State kept between runs: the engine's virtual environment and the file of the running platform. */
export const localFolder = join(projectFolder, '.local');
/** Pages about runs. */
export const reportsFolder = join(localFolder, 'reports');
