import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../../cli/cli.ts';
import { InstallError, installPackages } from '../../cli/install-packages.mjs';
import { projectFolder } from './paths.ts';

/** Packages that only some commands need. Each folder has its own package.json and lock file. */
const extraPackages = {
  terraform: { folders: ['stacks/terraform'], size: 'about 1 GB on disk' },
  azure: { folders: ['functions/adapters/azure', 'scripts/clouds/azure'], size: 'about 200 MB on disk' },
  google: { folders: ['functions/adapters/google', 'scripts/clouds/google'], size: 'about 150 MB on disk' },
} as const;

export type ExtraPackages = keyof typeof extraPackages;

export const everyExtra = Object.keys(extraPackages) as readonly ExtraPackages[];

/** Installs a command's extra packages, once. */
export function installExtra(name: ExtraPackages): void {
  const { folders, size } = extraPackages[name];
  for (const folder of folders) {
    const path = join(projectFolder, folder);
    if (existsSync(join(path, 'package.json'))) install(path, `${folder} (npm ci), once: ${size}`);
  }
}

/** For commands that read every file of the project, where no import may fail to resolve. */
export function installEveryExtra(): void {
  for (const name of everyExtra) installExtra(name);
}

function install(path: string, what: string): void {
  try {
    installPackages(path, `installing the packages of ${what} ...\n`);
  } catch (error) {
    if (error instanceof InstallError) throw new CliError(error.code, error.message, error.hint);
    throw error;
  }
}
