import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { type Service, serviceNames } from '../model/services.ts';
import { buildFolder, projectFolder } from './folders.ts';
import { fingerprint, readTree, type Tree, writeTree } from './write-tree.ts';

const storefrontBuilder = join(import.meta.dirname, 'storefront.ts');

/** The services, and what runs at a deploy only. */
export type Bundle = Service | 'publishing';
export const bundleNames: readonly Bundle[] = [...serviceNames, 'publishing'];

export const entryOf = (service: Bundle): string => join(projectFolder, 'functions', service, 'aws.ts');
export const bundleFolderOf = (service: Bundle): string => join(buildFolder, service);

/**
 * How the functions become one file each; an inner loop that rebuilds on save must use the same.
 * CommonJS, because an ES module that holds CommonJS needs a `createRequire` banner and starts slower. The SDK is
 * bundled: the runtime's own copy changes under us and loads slower. Not NodejsFunction: it starts one esbuild process
 * for each function, where one for all of them reads the SDK once.
 */
export function bundleOptions(names: readonly Bundle[] = bundleNames) {
  return {
    absWorkingDir: projectFolder,
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
  // The project is ESM; without this, a bundle that is run in place would be read as ESM too.
  mkdirSync(buildFolder, { recursive: true });
  writeFileSync(join(buildFolder, 'package.json'), '{ "type": "commonjs" }\n');
  const built = build(bundleOptions(names));
  for (const name of names) {
    const code = built(bundleFolderOf(name));
    writeTree(bundleFolderOf(name), name === 'publishing' ? new Map([...code, ...storefront()]) : code);
  }
}

/** @returns what the build has for a folder: each is written by `writeTree`, with what else belongs to it */
export function build(options: BuildOptions): (folder: string) => Tree {
  const { outputFiles } = buildSync({ ...options, write: false });
  return (folder) => {
    const own = outputFiles.filter(({ path }) => path.startsWith(folder + sep));
    return new Map(own.map(({ path, contents }) => [relative(folder, path), contents]));
  };
}

/** The built storefront travels in the package of the function that publishes it. */
function storefront(): Tree {
  const noPage = '<!doctype html><title>Flash sale</title><p>No storefront yet.</p>\n';
  const files = existsSync(storefrontBuilder)
    ? readTree(buildStorefront())
    : new Map([['index.html', Buffer.from(noPage)]]);
  return new Map([...files].map(([path, content]) => [join('site', path), content]));
}

/** In a process of its own: its bundler knows only promises, and a synthesis has no place to wait. */
function buildStorefront(): string {
  const { status, stderr } = spawnSync(process.execPath, [storefrontBuilder], { cwd: projectFolder, encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`bundle: the storefront does not build. Run it alone: node ${storefrontBuilder}\n${stderr}`);
  return join(buildFolder, 'storefront');
}

/** Of everything in a package, so that a deploy knows whether it changed. */
export const revisionOf = (name: Bundle): string => fingerprint(bundleFolderOf(name));
