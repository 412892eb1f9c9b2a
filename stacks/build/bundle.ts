import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { projectTitle } from '../model/names.ts';
import { type Service, serviceNames } from '../model/services.ts';
import { buildFolder, projectFolder } from './folders.ts';
import { fingerprint, readTree, type Tree, writeTree } from './write-tree.ts';

const storefrontBuilder = join(import.meta.dirname, 'storefront.ts');

/** The services, and the function that only a deploy runs. */
export type Bundle = Service | 'publishing';
const bundleNames: readonly Bundle[] = [...serviceNames, 'publishing'];

const entryFile = (service: Bundle): string => join(projectFolder, 'functions', service, 'aws.ts');
export const bundleFolder = (service: Bundle): string => join(buildFolder, service);

/**
 * Bundles each function into one file. A watcher that rebuilds on save must use the same options.
 * CommonJS, because an ES module that holds CommonJS needs a `createRequire` banner and starts slower. The SDK is
 * bundled: the runtime's own copy changes without notice and loads slower. Not NodejsFunction: it starts one esbuild
 * process per function, while one shared process reads the SDK once.
 */
export function bundleOptions(names: readonly Bundle[] = bundleNames) {
  return {
    absWorkingDir: projectFolder,
    entryPoints: names.map((service) => ({ in: entryFile(service), out: join(service, 'index') })),
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

/** Builds each service into `bundleFolder(service)`, the folder that Lambda gets. */
export function bundle(names: readonly Bundle[] = bundleNames): void {
  const missing = names.map(entryFile).filter((entry) => !existsSync(entry));
  if (missing.length > 0) {
    throw new Error(`bundle: entry file missing: ${missing.join(', ')}. Create it and export 'handler'`);
  }
  // The project is ESM; without this, Node would load a bundle run in place as ESM too.
  mkdirSync(buildFolder, { recursive: true });
  writeFileSync(join(buildFolder, 'package.json'), '{ "type": "commonjs" }\n');
  const built = build(bundleOptions(names));
  for (const name of names) {
    const code = built(bundleFolder(name));
    writeTree(bundleFolder(name), name === 'publishing' ? new Map([...code, ...storefront()]) : code);
  }
}

/** @returns a lookup of the built files below a folder; callers add their own files and write with `writeTree` */
export function build(options: BuildOptions): (folder: string) => Tree {
  const { outputFiles } = buildSync({ ...options, write: false });
  return (folder) => {
    const own = outputFiles.filter(({ path }) => path.startsWith(folder + sep));
    return new Map(own.map(({ path, contents }) => [relative(folder, path), contents]));
  };
}

/** The publishing function's package carries the built storefront. */
function storefront(): Tree {
  const noPage = `<!doctype html><title>${projectTitle}</title><p>No storefront yet.</p>\n`;
  const files = existsSync(storefrontBuilder)
    ? readTree(buildStorefront())
    : new Map([['index.html', Buffer.from(noPage)]]);
  return new Map([...files].map(([path, content]) => [join('site', path), content]));
}

/** Runs in a separate process: Vite is asynchronous only, and CDK synthesis is synchronous. */
function buildStorefront(): string {
  const { status, stderr } = spawnSync(process.execPath, [storefrontBuilder], { cwd: projectFolder, encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`bundle: the storefront build failed. Run it alone: node ${storefrontBuilder}\n${stderr}`);
  return join(buildFolder, 'storefront');
}

/** Fingerprint of a package; a deploy publishes again when it changes. */
export const readRevision = (name: Bundle): string => fingerprint(bundleFolder(name));
