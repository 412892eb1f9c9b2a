import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileSystem } from 'aws-cdk-lib';
import { type BuildOptions, buildSync } from 'esbuild';
import { type Service, serviceNames } from './needs.ts';

const root = join(import.meta.dirname, '..');
const buildFolder = join(root, '.build');
const storefrontBuilder = join(root, 'scripts', 'storefront', 'build.ts');

/** The services, and what runs at a deploy only. */
export type Bundle = Service | 'publishing';
export const bundleNames: readonly Bundle[] = [...serviceNames, 'publishing'];

export const entryOf = (service: Bundle): string => join(root, 'functions', service, 'aws.ts');
export const bundleFolderOf = (service: Bundle): string => join(buildFolder, service);

/**
 * How the functions become one file each; an inner loop that rebuilds on save must use the same.
 * CommonJS, because an ES module that holds CommonJS needs a `createRequire` banner and starts slower. The SDK is
 * bundled: the runtime's own copy changes under us and loads slower. Not NodejsFunction: it starts one esbuild process
 * for each function, where one for all of them reads the SDK once.
 */
export function bundleOptions(names: readonly Bundle[] = bundleNames) {
  return {
    absWorkingDir: root,
    entryPoints: names.map((service) => ({ in: entryOf(service), out: join(service, 'index') })),
    outdir: buildFolder,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minifySyntax: true,
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  } satisfies BuildOptions;
}

/** Builds services into `bundleFolderOf(service)`, the folder that Lambda gets. */
export function bundle(names: readonly Bundle[] = bundleNames): void {
  const missing = names.map(entryOf).filter((entry) => !existsSync(entry));
  if (missing.length > 0) {
    throw new Error(`bundle: no entry ${missing.join(', ')}. Create it with an exported 'handler'`);
  }
  mkdirSync(buildFolder, { recursive: true });
  // The project is ESM; without this, a bundle that is run in place would be read as ESM too.
  writeFileSync(join(buildFolder, 'package.json'), '{ "type": "commonjs" }\n');
  buildSync(bundleOptions(names));
  if (names.includes('publishing')) addStorefront();
}

/** The built storefront travels in the package of the function that publishes it. */
function addStorefront(): void {
  const site = join(bundleFolderOf('publishing'), 'site');
  rmSync(site, { recursive: true, force: true });
  if (existsSync(storefrontBuilder)) {
    cpSync(buildStorefront(), site, { recursive: true });
    return;
  }
  mkdirSync(site, { recursive: true });
  writeFileSync(join(site, 'index.html'), '<!doctype html><title>Flash sale</title><p>No storefront yet.</p>\n');
}

/** In a process of its own: its bundler knows only promises, and a synthesis has no place to wait. */
function buildStorefront(): string {
  const { status, stderr } = spawnSync(process.execPath, [storefrontBuilder], { cwd: root, encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`bundle: the storefront does not build. Run it alone: node ${storefrontBuilder}\n${stderr}`);
  return join(buildFolder, 'storefront');
}

/** Of everything in a package, so that a deploy knows whether it changed. */
export const revisionOf = (name: Bundle): string => FileSystem.fingerprint(bundleFolderOf(name));
