import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import type { Service } from './needs.ts';

const root = join(import.meta.dirname, '..');
const buildFolder = join(root, '.build');

export const entryOf = (service: Service): string => join(root, 'functions', service, 'aws.ts');
export const bundleFolderOf = (service: Service): string => join(buildFolder, service);

/**
 * How a function becomes one file; an inner loop that rebuilds on save must use the same.
 * CommonJS, because an ES module that holds CommonJS needs a `createRequire` banner and starts slower. The SDK is
 * bundled: the runtime's own copy changes under us and loads slower. Not NodejsFunction: it starts one esbuild process
 * for each function.
 */
export function bundleOptions(service: Service) {
  return {
    absWorkingDir: root,
    entryPoints: [entryOf(service)],
    outfile: join(bundleFolderOf(service), 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minifySyntax: true,
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  } as const satisfies BuildOptions;
}

/** Builds a service and returns the folder that Lambda gets. */
export function bundle(service: Service): string {
  const entry = entryOf(service);
  if (!existsSync(entry)) {
    throw new Error(`bundle: service '${service}' has no entry ${entry}. Create it with an exported 'handler'`);
  }
  mkdirSync(buildFolder, { recursive: true });
  // The project is ESM; without this, a bundle that is run in place would be read as ESM too.
  writeFileSync(join(buildFolder, 'package.json'), '{ "type": "commonjs" }\n');
  buildSync(bundleOptions(service));
  return bundleFolderOf(service);
}
