import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { buildFolder, projectFolder } from './folders.ts';

/** The packages that functions import, linked once into one file, so that a save links only the functions' own code. */
export interface Vendor {
  readonly file: string;
  /** The exports of each package, by its import name. */
  readonly names: Readonly<Record<string, readonly string[]>>;
}

const usual = {
  folder: join(buildFolder, 'vendor'),
  /** Describes the installed packages, not the ones that the lock file asks for. */
  lock: join(projectFolder, 'node_modules', '.package-lock.json'),
};
/** A running platform reads its file until it ends, so only long unused files are deleted. */
const keptAtMost = 3;
const unusedAfterMs = 3 * 24 * 60 * 60 * 1_000;
const barePath = /^[^./]/;

type Resolving = 'mainFields' | 'target' | 'minifySyntax';
type LinkOptions = BuildOptions & Required<Pick<BuildOptions, Resolving>>;

/** Links what the builds import, or takes the file that was linked from the same packages. */
export async function linkVendor(options: LinkOptions, { folder, lock } = usual): Promise<Vendor> {
  const packages = await listPackages(options);
  const { mainFields, target, minifySyntax } = options;
  const linking: BuildOptions = {
    ...{ mainFields, target, minifySyntax, absWorkingDir: projectFolder, logLevel: 'silent' },
    // The conditions of the functions' imports: `require` below only delays each package to its first use.
    ...{ bundle: true, platform: 'node', format: 'cjs', conditions: ['import', 'module'], write: false },
  };
  const key = createHash('sha256')
    .update(JSON.stringify([process.version, packages, linking, readFileSync(import.meta.filename, 'utf8')]))
    .update(existsSync(lock) ? readFileSync(lock) : '')
    .digest('hex');
  const kept = join(folder, key);
  if (!existsSync(kept)) await link(packages, linking, kept);
  const now = new Date();
  utimesSync(kept, now, now);
  forgetOld(folder);
  const names = JSON.parse(readFileSync(join(kept, 'names.json'), 'utf8')) as Vendor['names'];
  return { file: join(kept, 'index.js'), names };
}

/** Lists the imported packages, without following any import into a package. */
async function listPackages(options: BuildOptions): Promise<readonly string[]> {
  const found = new Set<string>();
  const collect: Plugin = {
    name: 'collect-packages',
    setup: ({ onResolve }) =>
      onResolve({ filter: barePath }, ({ path, kind }) => {
        if (kind === 'entry-point') return undefined;
        if (!isBuiltin(path)) found.add(path);
        return { path, external: true };
      }),
  };
  await build({ ...options, plugins: [collect], write: false, sourcemap: false, logLevel: 'silent' });
  return [...found].sort();
}

/** Moved into place as a whole, because other processes may look for it. */
async function link(packages: readonly string[], options: BuildOptions, kept: string): Promise<void> {
  const lines = packages.map((name) => `${JSON.stringify(name)}: () => require(${JSON.stringify(name)}),`);
  const contents = `module.exports = {\n${lines.join('\n')}\n};\n`;
  const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: projectFolder } });
  const unfinished = `${kept}-${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const file = join(unfinished, 'index.cjs');
  writeFileSync(file, outputFiles?.[0]?.contents ?? '');
  const loaded = createRequire(import.meta.url)(file) as Record<string, () => object>;
  const names = packages.map((name) => [name, Object.keys(loaded[name]?.() ?? {})]);
  writeFileSync(join(unfinished, 'names.json'), JSON.stringify(Object.fromEntries(names)));
  renameSync(file, join(unfinished, 'index.js'));
  writeFileSync(join(unfinished, 'package.json'), '{"type":"commonjs"}\n');
  if (existsSync(kept)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, kept);
}

function forgetOld(folder: string): void {
  const all = readdirSync(folder).map((name) => ({
    name,
    usedAt: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  }));
  const beyond = all.sort((a, b) => b.usedAt - a.usedAt).slice(keptAtMost);
  for (const { name } of beyond.filter(({ usedAt }) => usedAt < Date.now() - unusedAfterMs))
    rmSync(join(folder, name), { recursive: true, force: true });
}

/** Resolves packages from the linked file. A package imported for the first time is bundled until the next start. */
export function fromVendor({ file, names }: Vendor): Plugin {
  return {
    name: 'vendor',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: barePath }, ({ path, kind }) =>
        kind !== 'entry-point' && names[path] ? { path, namespace: 'vendor', sideEffects: false } : undefined,
      );
      onResolve({ filter: /.*/, namespace: 'vendor' }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /.*/, namespace: 'vendor' }, ({ path }) => ({
        contents: reexport(file, path, names[path] ?? []),
      }));
    },
  };
}

const identifier = /^[A-Za-z_$][\w$]*$/;

/** With names, because a file that only re-exports `module.exports` has another default export than the package. */
function reexport(file: string, name: string, exported: readonly string[]): string {
  const own = exported.filter((one) => identifier.test(one) && one !== 'default' && one !== '__esModule');
  return [
    `const from = require(${JSON.stringify(file)})[${JSON.stringify(name)}]();`,
    'export default from.__esModule ? from.default : from;',
    ...own.map((one, i) => `const v${i} = from.${one}; export { v${i} as ${one} };`),
  ].join('\n');
}
