import { join } from 'node:path';

export const projectFolder = join(import.meta.dirname, '../..');
/** All build output; git ignores it. */
export const buildFolder = join(projectFolder, '.build');
