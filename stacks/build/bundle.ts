import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { functionArchitecture } from '../model/architecture.ts';
import { projectTitle } from '../model/names.ts';
import { type ReleaseHook, releaseHooks } from '../model/operations/release-names.ts';
import { type Service, serviceNames } from '../model/services.ts';
import { describeCache, findCacheMaker, makeCodeCache } from './code-cache/code-cache.ts';
import { buildFolder, projectFolder } from './folders.ts';
import { builtins, environmentCredentials, keptNames } from './plugins.ts';
import { keepSourceMap, nameBundle, sourceMapFolder } from './source-maps.ts';
import { fingerprint, readTree, type Tree, writeTree } from './write-tree.ts';

const storefrontBuilder = join(import.meta.dirname, 'storefront.ts');
/** Part of a package if a Node like the functions' was available to make it; the start file reads it. */
export const cacheFile = 'code.cache';
const startFile = join(import.meta.dirname, 'start.mjs');

/** The services, and the functions that only a deploy runs. */
export type Bundle = Service | ReleaseHook | 'publishing';
const bundleNames: readonly Bundle[] = [...serviceNames, ...releaseHooks, 'publishing'];

const entryFile = (service: Bundle): string => join(projectFolder, 'functions', service, 'aws.ts');
export const bundleFolder = (service: Bundle): string => join(buildFolder, service);

/**
 * Bundles each function into one file. CommonJS, because an ES module that holds CommonJS needs a `createRequire` banner
 * and starts slower. The SDK is bundled: the runtime's own copy changes without notice and loads slower. Not
 * NodejsFunction: it starts one esbuild process per function, while one shared process reads the SDK once.
 *
 * The local platform uses these options as they are: a debugger shows the names of the source.
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

/** Options that a package adds. The bundle is one expression, a function that the start file calls. */
export function packageOptions(names: readonly Bundle[] = bundleNames) {
  return {
    ...bundleOptions(names),
    minify: true,
    sourcemap: 'external',
    plugins: [builtins, keptNames, environmentCredentials],
    banner: { js: '(function(module,exports,__dirname){' },
    footer: { js: '})' },
    write: false,
    metafile: true,
  } satisfies BuildOptions;
}

/** Builds each service into `bundleFolder(service)`, the folder that Lambda gets. */
export async function bundle(names: readonly Bundle[] = bundleNames): Promise<void> {
  const missing = names.map(entryFile).filter((entry) => !existsSync(entry));
  if (missing.length > 0) {
    throw new Error(`bundle: entry file missing: ${missing.join(', ')}. Create it and export 'handler'`);
  }
  const built = await buildTraceable(packageOptions(names));
  const maker = findCacheMaker(functionArchitecture);
  for (const name of names) {
    const { file, code } = built(bundleFolder(name), `${name}-aws`);
    const files = new Map([
      [file, code],
      ['index.mjs', startOf(file)],
      ...(maker ? [[cacheFile, makeCodeCache(name, join(sourceMapFolder, file), maker)] as const] : []),
    ]);
    writeTree(bundleFolder(name), name === 'publishing' ? new Map([...files, ...storefront()]) : files);
  }
}

/** The start file of a package; the runtime looks for its name. */
export const startOf = (bundleFile: string): Buffer =>
  Buffer.from(readFileSync(startFile, 'utf8').replace('BUNDLE', bundleFile));

/** The hosts of the other clouds look for `index.js`, so a comment names the bundle in stack traces. */
export const withName = (code: Uint8Array, file: string): Buffer =>
  Buffer.concat([code, Buffer.from(`//# sourceURL=${file}\n`)]);

/** A bundle and the name that stack traces show for it. */
interface Traceable {
  readonly file: string;
  readonly code: Uint8Array;
}

/** @returns a lookup of the bundle built below a folder; callers add their own files and write with `writeTree` */
export async function buildTraceable(options: BuildOptions): Promise<(folder: string, name: string) => Traceable> {
  const { outputFiles = [] } = await build({ ...options, write: false });
  const contents = new Map(outputFiles.map(({ path, contents }) => [path, contents]));
  return (folder, name) => {
    const code = contents.get(join(folder, 'index.js'));
    const map = contents.get(join(folder, 'index.js.map'));
    if (!code || !map) throw new Error(`bundle: esbuild wrote no index.js with its map below ${folder}`);
    const file = nameBundle(name, code);
    keepSourceMap(file, code, map);
    return { file, code };
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

/** Runs in a separate process, because Vite changes the environment of its own. */
function buildStorefront(): string {
  const { status, stderr } = spawnSync(process.execPath, [storefrontBuilder], { cwd: projectFolder, encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`bundle: the storefront build failed. Run it alone: node ${storefrontBuilder}\n${stderr}`);
  return join(buildFolder, 'storefront');
}

/**
 * Fingerprint of a package; a deploy publishes again when it changes. A code cache counts by the Node that it is for,
 * because its bytes differ from build to build.
 */
export function readRevision(name: Bundle): string {
  const tree = readTree(bundleFolder(name));
  const cache = tree.get(cacheFile);
  if (!cache) return fingerprint(tree);
  return fingerprint(new Map([...tree, [cacheFile, Buffer.from(describeCache(Buffer.from(cache)).join(' '))]]));
}
