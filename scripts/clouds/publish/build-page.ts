import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../../cli/cli.ts';
import { projectFolder } from '../../platform/process/paths.ts';
import type { Page } from './step.ts';

/** A fork may have deleted the storefront. */
const builder = join(projectFolder, 'stacks/build/storefront.ts');

/** Builds the storefront, and writes it with its settings below `folder`. @returns undefined without a storefront */
export function buildPage(folder: string, config: Readonly<Record<string, string>>): Page | undefined {
  if (!existsSync(builder)) return undefined;
  const { status, stdout, stderr } = spawnSync(process.execPath, [builder], { cwd: projectFolder, encoding: 'utf8' });
  if (status !== 0)
    throw new CliError(
      'storefront_failed',
      `the storefront was not built:\n${stderr}`,
      `Run it alone: node ${builder}`,
    );
  return writePage(stdout.trim(), folder, config);
}

/** @param site the built storefront */
export function writePage(site: string, folder: string, config: Readonly<Record<string, string>>): Page {
  const page = { assets: join(folder, 'assets'), pages: join(folder, 'pages') };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(page.pages, { recursive: true });
  cpSync(join(site, 'assets'), page.assets, { recursive: true });
  for (const name of readdirSync(site).filter((one) => one !== 'assets'))
    cpSync(join(site, name), join(page.pages, name), { recursive: true });
  writeFileSync(join(page.pages, 'config.json'), `${JSON.stringify(config)}\n`);
  return page;
}
