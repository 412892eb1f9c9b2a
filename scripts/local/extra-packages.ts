import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli.ts';
import { InstallError, installPackages } from '../install-packages.mjs';
import { projectFolder } from './paths.ts';

/** Packages that only some commands need: each set has a package.json and a lock file of its own beside its code. */
export const extraPackages = {
  terraform: { folder: 'stacks/terraform', size: 'about 1 GB on disk' },
  azure: { folder: 'functions/adapters/azure', size: 'about 200 MB on disk' },
  google: { folder: 'functions/adapters/google', size: 'about 150 MB on disk' },
} as const;

export type ExtraPackages = keyof typeof extraPackages;

/** Installs what a command needs beyond the project's own packages, once. */
export function installExtra(name: ExtraPackages): void {
  const { folder, size } = extraPackages[name];
  const path = join(projectFolder, folder);
  if (!existsSync(join(path, 'package.json'))) return;
  try {
    installPackages(path, `installing the packages of ${folder} (npm ci), once: ${size} ...\n`);
  } catch (error) {
    if (error instanceof InstallError) throw new CliError(error.code, error.message, error.hint);
    throw error;
  }
}
