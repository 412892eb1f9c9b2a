import { join } from 'node:path';
import { projectFolder } from '../../../stacks/build/folders.ts';

export { projectFolder };
/** State kept between runs: the engine's virtual environment and the file of the running platform. */
export const localFolder = join(projectFolder, '.local');
/** Generated reports of runs. */
export const reportsFolder = join(localFolder, 'reports');
