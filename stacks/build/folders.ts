import { join } from 'node:path';

export const projectFolder = join(import.meta.dirname, '../..');
/** Everything that a build leaves behind; git ignores it. */
export const buildFolder = join(projectFolder, '.build');
