import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { type Service, serviceNames } from './needs.ts';

const root = join(import.meta.dirname, '..');
const buildFolder = join(root, '.build');

export const entryOf = (service: Service): string => join(root, 'functions', service, 'aws.ts');
export const bundleFolderOf = (service: Service): string => join(buildFolder, service);

/**
 * How the functions become one file each; an inner loop that rebuilds on save must use the same.
 * CommonJS, because an ES module that holds CommonJS needs a `createRequire` banner and starts slower. The SDK is
 * bundled: the runtime's own copy changes under us and loads slower. Not NodejsFunction: it starts one esbuild process
 * for each function, where one for all of them reads the SDK once.
 */
export function bundleOptions(names: readonly Service[] = serviceNames) {
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
export function bundle(names: readonly Service[] = serviceNames): void {
  const missing = names.map(entryOf).filter((entry) => !existsSync(entry));
  if (missing.length > 0) {
    throw new Error(`bundle: no entry ${missing.join(', ')}. Create it with an exported 'handler'`);
  }
  mkdirSync(buildFolder, { recursive: true });
  // The project is ESM; without this, a bundle that is run in place would be read as ESM too.
  writeFileSync(join(buildFolder, 'package.json'), '{ "type": "commonjs" }\n');
  buildSync(bundleOptions(names));
}
