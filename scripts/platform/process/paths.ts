import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectFolder = fileURLToPath(new URL('../../../', import.meta.url));
/** What the local platform keeps between runs: the engine's virtual environment and what is running now. */
export const localFolder = join(projectFolder, '.local');
